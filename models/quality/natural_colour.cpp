// SPDX-License-Identifier: Apache-2.0
// Own, after ISO/IEC 29794-5's "natural colour": how far the face's mean colour lies from where skin of
// any tone lies in CIELAB. A picture without colour is a little off; a strong cast is far off.
#include <algorithm>
#include <cmath>
#include <limits>

#include <opencv2/imgproc.hpp>

#include "models/quality_measure.h"

namespace robench::quality {
namespace {

// Own: the bounds of skin of any tone, wide.
constexpr double kGreenRed[2] = {5, 25};
constexpr double kBlueYellow[2] = {5, 35};

/// How far `value` lies outside of [low, high].
double beyond(double value, double low, double high) {
  return std::max({0.0, low - value, value - high});
}

}  // namespace

QualityMeasureSpec natural_colour() {
  QualityMeasureSpec spec;
  spec.name = "natural_colour";
  spec.unit = "CIELAB";
  spec.summary = "distance of the face's mean a*, b* from the box 5..25, 5..35; 0 = inside";
  spec.mapping = "linear, 0 from 30, 100 at 0 (own)";
  spec.raw = [](const QualityFace& face) {
    if (cv::countNonZero(face.hull) == 0) return std::numeric_limits<double>::quiet_NaN();
    const cv::Scalar mean = cv::mean(face.bgr, face.hull);
    cv::Mat3f colour(1, 1, cv::Vec3f(mean[0], mean[1], mean[2]) / 255);
    cv::cvtColor(colour, colour, cv::COLOR_BGR2Lab);
    return std::hypot(beyond(colour(0, 0)[1], kGreenRed[0], kGreenRed[1]),
                      beyond(colour(0, 0)[2], kBlueYellow[0], kBlueYellow[1]));
  };
  spec.score = linear_score(30, 0);
  spec.low_means = "unnatural colours: a strong cast";
  return spec;
}

}  // namespace robench::quality
