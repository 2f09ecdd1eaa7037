// SPDX-License-Identifier: Apache-2.0
// After ISO/IEC 29794-5's "single face present": the largest other face over this one.
#include <algorithm>

#include "models/quality_measure.h"

namespace robench::quality {

QualityMeasureSpec single_face_present() {
  QualityMeasureSpec spec;
  spec.name = "single_face_present";
  spec.unit = "ratio";
  spec.summary = "area of the largest other face found in the photograph over this face's; 0 = alone";
  spec.mapping = "linear, 0 from 1, 100 at 0";
  spec.raw = [](const QualityFace& face) { return std::min(1.0, face.rival_area); };
  spec.score = linear_score(1, 0);
  spec.low_means = "another face is as large: it may be the wrong one";
  return spec;
}

}  // namespace robench::quality
