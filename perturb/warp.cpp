// SPDX-License-Identifier: Apache-2.0
#include "perturb/warp.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace robench {
namespace {

// The Gaussian that, after shrinking by `scale`, leaves the blur of about half a pixel that a sharp
// picture has: variances add, and none is added at scale 1. (Lowe 2004, section 3.3, takes the same
// 0.5.)
double prefilter_sigma(double scale) {
  if (!(scale < 1)) return 0;
  return 0.5 * std::sqrt(1 / (scale * scale) - 1);
}

}  // namespace

Image low_passed_for(const Image& image, double scale) {
  const double sigma = std::max(prefilter_sigma(scale), 1e-6);
  const int radius = std::min(64, static_cast<int>(std::ceil(3 * sigma)));
  cv::Mat out;
  cv::GaussianBlur(image.bgr(), out, {2 * radius + 1, 2 * radius + 1}, sigma, sigma,
                   cv::BORDER_REPLICATE);
  return Image(out);
}

Image warped(const Image& image, const SourceMap& map) {
  cv::Mat out;
  cv::remap(image.bgr(), out, map, cv::noArray(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  return Image(out);
}

Similarity Similarity::inverse() const {
  const double square = turn.x * turn.x + turn.y * turn.y;
  const Similarity linear{{turn.x / square, -turn.y / square}, {0, 0}};
  const cv::Point2d origin = linear(shift);
  return {linear.turn, {-origin.x, -origin.y}};
}

Perturbed moved(const Image& image, const Frame& frame, const Similarity& in_face_units) {
  const FaceAxes axes(frame, image.bgr().size());
  const Similarity back = in_face_units.inverse();
  const Image sharp = low_passed_for(image, std::hypot(in_face_units.turn.x, in_face_units.turn.y));
  Perturbed result(warped(sharp, source_map(image.bgr().size(), [&](cv::Point2f pixel) {
                            return axes.to_pixel(cv::Point2f(back(axes.from_pixel(pixel))));
                          })));
  result.landmarks = frame.landmarks;
  for (cv::Point2f& point : result.landmarks->points)
    point = axes.to_pixel(cv::Point2f(in_face_units(axes.from_pixel(point))));
  return result;
}

}  // namespace robench
