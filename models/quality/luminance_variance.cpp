// SPDX-License-Identifier: Apache-2.0
// Own, after ISO/IEC 29794-5's "luminance variance": flat light (fog, fading, a veil of flare) has
// little.
#include <algorithm>
#include <cmath>
#include <limits>

#include <opencv2/core.hpp>

#include "models/quality_measure.h"

namespace robench::quality {

QualityMeasureSpec luminance_variance() {
  QualityMeasureSpec spec;
  spec.name = "luminance_variance";
  spec.unit = "luma^2";
  spec.summary = "variance of luma (0..1) over the face";
  spec.mapping = "of the SD: 100 from 0.1 to 0.25, falling to 0 at 0.02 and 0.4 (own)";
  spec.raw = [](const QualityFace& face) {
    if (cv::countNonZero(face.hull) == 0) return std::numeric_limits<double>::quiet_NaN();
    cv::Scalar mean;
    cv::Scalar sd;
    cv::meanStdDev(face.luma, mean, sd, face.hull);
    return sd[0] * sd[0] / (255.0 * 255.0);
  };
  spec.score = [](double raw) {
    const double sd = std::sqrt(raw);
    return std::min({100.0, linear_score(0.02, 0.1)(sd), linear_score(0.4, 0.25)(sd)});
  };
  spec.low_means = "too little or too much contrast in the face";
  return spec;
}

}  // namespace robench::quality
