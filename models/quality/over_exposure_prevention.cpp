// SPDX-License-Identifier: Apache-2.0
// Own, after ISO/IEC 29794-5's "over-exposure prevention".
#include "models/luma_histogram.h"
#include "models/quality_measure.h"

namespace robench::quality {

QualityMeasureSpec over_exposure_prevention() {
  constexpr int kBrightest = 247;  // where channels begin to clip
  QualityMeasureSpec spec;
  spec.name = "over_exposure_prevention";
  spec.unit = "share";
  spec.summary = "share of the face with a luma of at least 247 of 255";
  spec.mapping = "linear, 0 from a share of 0.4, 100 at none (own)";
  spec.raw = [](const QualityFace& face) {
    return share_between(face.luma, face.hull, kBrightest, 255);
  };
  spec.score = linear_score(0.4, 0);
  spec.low_means = "over-exposed: parts of the face are burnt out";
  return spec;
}

}  // namespace robench::quality
