// SPDX-License-Identifier: Apache-2.0
// Own, after ISO/IEC 29794-5's "luminance mean": over the face hull, with a trapezium for the score.
// Light and skin are mixed in it, as in any measure of one picture: the plateau is wide for that reason.
#include <algorithm>
#include <limits>

#include <opencv2/core.hpp>

#include "models/quality_measure.h"

namespace robench::quality {

QualityMeasureSpec luminance_mean() {
  QualityMeasureSpec spec;
  spec.name = "luminance_mean";
  spec.unit = "luma";
  spec.summary = "mean luma of the face, 0..1";
  spec.mapping = "100 from 0.2 to 0.7, falling to 0 at 0.02 and 0.95 (own)";
  spec.raw = [](const QualityFace& face) {
    return cv::countNonZero(face.hull) > 0 ? cv::mean(face.luma, face.hull)[0] / 255
                                           : std::numeric_limits<double>::quiet_NaN();
  };
  spec.score = [](double raw) {
    return std::min({100.0, linear_score(0.02, 0.2)(raw), linear_score(0.95, 0.7)(raw)});
  };
  spec.low_means = "the face as a whole is too dark or too bright";
  return spec;
}

}  // namespace robench::quality
