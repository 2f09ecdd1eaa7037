// SPDX-License-Identifier: Apache-2.0
// Own, after ISO/IEC 29794-5's "under-exposure prevention".
#include "models/luma_histogram.h"
#include "models/quality_measure.h"

namespace robench::quality {

QualityMeasureSpec under_exposure_prevention() {
  constexpr int kDarkest = 25;  // a tenth of the scale: what holds no more detail after a camera's noise
  QualityMeasureSpec spec;
  spec.name = "under_exposure_prevention";
  spec.unit = "share";
  spec.summary = "share of the face with a luma of at most 25 of 255";
  spec.mapping = "linear, 0 from a share of 0.6, 100 at none (own)";
  spec.raw = [](const QualityFace& face) { return share_between(face.luma, face.hull, 0, kDarkest); };
  spec.score = linear_score(0.6, 0);
  spec.low_means = "under-exposed: parts of the face are black";
  return spec;
}

}  // namespace robench::quality
