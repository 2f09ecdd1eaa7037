// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <opencv2/core.hpp>

#include "tests/support/generated_face.h"

namespace robench::generated {

[[nodiscard]] inline cv::Point3f operator*(const cv::Matx33f& m, const cv::Point3f& v) {
  return {m(0, 0) * v.x + m(0, 1) * v.y + m(0, 2) * v.z, m(1, 0) * v.x + m(1, 1) * v.y + m(1, 2) * v.z,
          m(2, 0) * v.x + m(2, 1) * v.y + m(2, 2) * v.z};
}

/// Puts a head before the camera: the pose of the recipe, perspective from about one metre, then the
/// requested scale, with the midpoint of the eyes at the requested pixel.
class Camera {
 public:
  /// `landmarks` are those of the upright head; their eyes set scale and place.
  Camera(const PlacedFace& face, const std::array<cv::Point3f, 68>& landmarks);

  /// From the axes of the head to those of the camera.
  [[nodiscard]] const cv::Matx33f& rotation() const { return rotation_; }
  [[nodiscard]] float pixels_per_eye_distance() const { return static_cast<float>(scale_); }

  /// Turns a point around the neck; `share` is 1 for the head and 0 for the shoulders.
  [[nodiscard]] cv::Point3f pose(const cv::Point3f& rest, float share) const;
  /// Unit vector from a posed point to the camera.
  [[nodiscard]] cv::Point3f view(const cv::Point3f& posed) const;
  /// The pixel of a posed point.
  [[nodiscard]] cv::Point2d project(const cv::Point3f& posed) const;

 private:
  cv::Matx33f rotation_;
  double scale_ = 1.0;
  cv::Point2d shift_;
};

/// Unit vector towards the light of `recipe`, in camera axes.
[[nodiscard]] cv::Point3f light_direction(const FaceRecipe& recipe);

}  // namespace robench::generated
