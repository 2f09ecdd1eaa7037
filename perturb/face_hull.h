// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include <opencv2/core.hpp>

#include "perturb/face_fit.h"

namespace robench {

/// The face as occlusions count it: the convex hull of the 68 landmarks and of the ten brow points
/// mirrored upwards (FaceFit::forehead), on the pixel grid of the picture. A pixel belongs to it when
/// its centre lies inside; what lies outside of the picture does not count.
class FaceHull {
 public:
  FaceHull(const FaceFit& fit, cv::Size picture);

  /// Corners in pixels, in order.
  [[nodiscard]] const std::vector<cv::Point2f>& polygon() const { return polygon_; }
  /// Row by row; empty when the face lies outside of the picture.
  [[nodiscard]] const std::vector<cv::Point>& pixels() const { return pixels_; }
  /// 255 inside, 0 outside.
  [[nodiscard]] cv::Mat1b mask(cv::Size picture) const;

  /// Share of the pixels with an opacity of at least one half; 0 for an empty hull. `opacity` covers the
  /// rectangle of the picture that begins at `origin`; outside of it nothing is covered.
  [[nodiscard]] double covered_fraction(const cv::Mat1f& opacity, cv::Point origin = {0, 0}) const;
  /// Share of the pixels whose centre, in face units, is covered; from at most 6,000 of them, evenly
  /// taken.
  [[nodiscard]] double covered_fraction(const FaceAxes& axes,
                                        const std::function<bool(cv::Point2f)>& covers) const;

 private:
  std::vector<cv::Point2f> polygon_;
  std::vector<cv::Point> pixels_;
};

/// The size in [0, largest] at which `covered_at` comes nearest to the target, by bisection: 0 for
/// target 0, `largest` where the target is out of reach. Requires: `covered_at` does not fall.
[[nodiscard]] double size_covering(double target, double largest,
                                   const std::function<double(double)>& covered_at);

}  // namespace robench
