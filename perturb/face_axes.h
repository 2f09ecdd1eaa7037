// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include <opencv2/core.hpp>

#include "perturb/landmarks.h"

namespace robench {

/// Face coordinates along a row of pixels.
struct FaceLine {
  cv::Point2f start;  // of pixel 0
  cv::Point2f step;   // from one pixel to the next

  // By way of a signed integer, which SSE2 converts to float in one instruction.
  [[nodiscard]] float u(std::size_t x) const {
    return start.x + step.x * static_cast<float>(static_cast<std::int32_t>(x));
  }
  [[nodiscard]] float v(std::size_t x) const {
    return start.y + step.y * static_cast<float>(static_cast<std::int32_t>(x));
  }
};

/// Coordinates that move with the face: origin midway between the eyes, u towards the image's right eye,
/// v towards the mouth, unit one inter-eye distance. Head roll turns them.
///
/// Where the landmarks give no axes (eyes closer than a pixel, or not finite), a face as in an upright
/// crop is assumed: eyes level, five units across the picture, slightly above its centre.
class FaceAxes {
 public:
  FaceAxes(const Frame& frame, cv::Size picture);

  [[nodiscard]] cv::Point2f from_pixel(cv::Point2f pixel) const {
    const cv::Point2f d = pixel - origin_px_;
    return {d.x * u_step_.x + d.y * u_step_.y, d.x * -u_step_.y + d.y * u_step_.x};
  }
  [[nodiscard]] cv::Point2f to_pixel(cv::Point2f face) const {
    const cv::Point2f px = u_step_ * (unit_px_ * unit_px_);
    return origin_px_ + cv::Point2f(face.x * px.x - face.y * px.y, face.x * px.y + face.y * px.x);
  }
  /// A landmark in face units; (0, 0.6), a point on the nose, where the landmarks give no axes.
  [[nodiscard]] cv::Point2f landmark(std::size_t index) const;
  [[nodiscard]] FaceLine row(int y) const {
    return {from_pixel({0.0F, static_cast<float>(y)}), {u_step_.x, -u_step_.y}};
  }
  [[nodiscard]] float unit_px() const { return unit_px_; }
  /// Tangent of the head's turn, positive = nose to the image's right; within [-1, 1].
  [[nodiscard]] float tan_yaw() const { return tan_yaw_; }

 private:
  Landmarks landmarks_;
  bool usable_;
  cv::Point2f origin_px_;
  float unit_px_;
  cv::Point2f u_step_;  // gradient of u per pixel: the direction of the eyes over unit_px
  float tan_yaw_ = 0;
};

}  // namespace robench
