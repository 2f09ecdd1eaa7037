// SPDX-License-Identifier: Apache-2.0
// Own, after ISO/IEC 29794-5's "sharpness": there a trained classifier of edge filters, here one filter.
// Noise passes for sharpness, as it does for any measure of edges.
#include <cmath>

#include "models/quality_measure.h"

namespace robench::quality {

QualityMeasureSpec sharpness() {
  QualityMeasureSpec spec;
  spec.name = "sharpness";
  spec.unit = "luma";
  spec.summary =
      "SD of the Laplacian of luma at 40 px between the eyes; far and blurred faces have little";
  spec.mapping = "logarithmic, 0 at 0.01, 100 at 0.12 (own: see docs/confidence.md)";
  spec.raw = [](const QualityFace& face) { return face.sharpness; };
  spec.score = [](double raw) { return linear_score(std::log(0.01), std::log(0.12))(std::log(raw)); };
  spec.logarithmic = true;
  spec.low_means = "blurred, or too far away";
  return spec;
}

}  // namespace robench::quality
