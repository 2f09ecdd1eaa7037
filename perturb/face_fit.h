// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include <opencv2/core.hpp>

#include "perturb/face_axes.h"
#include "perturb/landmarks.h"

namespace robench {

/// What is worn on a face is fitted to these points. All in the units of FaceAxes: the eyes lie at
/// (-0.5, 0) and (0.5, 0), v grows towards the mouth.
///
/// Where the landmarks give no axes, a mean frontal face is assumed (see FaceAxes).
class FaceFit {
 public:
  FaceFit(const Frame& frame, cv::Size picture);

  [[nodiscard]] const FaceAxes& axes() const { return axes_; }
  /// A landmark by its iBUG index.
  [[nodiscard]] cv::Point2f point(std::size_t index) const { return points_[index]; }
  /// A brow point (17 to 26) mirrored upwards: raised once more by its own distance from the line
  /// through the eyes, (u, v) to (u, 2 v). About two thirds of the way from the eyes to the hairline.
  [[nodiscard]] cv::Point2f forehead(std::size_t brow_index) const;
  /// 1 / cos(yaw): the turn shortens the inter-eye distance and not the face's height, so upright
  /// lengths are multiplied by this.
  [[nodiscard]] float upright() const { return upright_; }
  /// Where the ear joins the head at the height of the eyes; side -1 = image left, 1 = image right.
  [[nodiscard]] cv::Point2f ear(int side) const;
  /// Middle between the ears: the axis of the head, which stays behind when the nose turns.
  [[nodiscard]] float head_u() const { return (points_[0].x + points_[16].x) / 2; }
  [[nodiscard]] float head_half_width() const;
  /// Height of the hairline: 67 mm above the eyes at 63 mm between them (trichion to nasion; Farkas,
  /// "Anthropometry of the Head and Face", 1994).
  [[nodiscard]] float hairline() const { return -1.06F * upright_; }

 private:
  FaceAxes axes_;
  std::array<cv::Point2f, Landmarks::kCount> points_;
  float upright_;
};

}  // namespace robench
