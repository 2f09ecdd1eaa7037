// SPDX-License-Identifier: Apache-2.0
#include "perturb/face_axes.h"

#include <algorithm>
#include <cmath>

namespace robench {
namespace {

// How far the nose tip stands before the eyes, in inter-eye distances. Own: an estimate of about 32 mm
// (to the plane of the inner eye corners) over an adult inter-eye distance of about 63 mm.
constexpr float kNoseDepth = 0.5F;

bool all_finite(const Landmarks& landmarks) {
  return std::all_of(landmarks.points.begin(), landmarks.points.end(), [](const cv::Point2f& p) {
    return std::abs(p.x) < 1e6F && std::abs(p.y) < 1e6F;  // false for NaN too
  });
}

}  // namespace

FaceAxes::FaceAxes(const Frame& frame, cv::Size picture)
    : landmarks_(frame.landmarks), usable_(frame.inter_eye_px >= 1 && all_finite(frame.landmarks)) {
  if (!usable_) {
    unit_px_ = std::max(1.0F, static_cast<float>(picture.width) / 5.0F);
    origin_px_ = {static_cast<float>(picture.width - 1) / 2.0F,
                  static_cast<float>(picture.height - 1) / 2.0F - 0.5F * unit_px_};
    u_step_ = {1.0F / unit_px_, 0.0F};
    return;
  }
  const cv::Point2f left = landmarks_.left_eye();
  const cv::Point2f right = landmarks_.right_eye();
  unit_px_ = static_cast<float>(frame.inter_eye_px);
  origin_px_ = (left + right) * 0.5F;
  u_step_ = (right - left) * (1.0F / (unit_px_ * unit_px_));
  // Weak perspective: the nose moves by depth * sin(yaw) while the eye distance shrinks by cos(yaw).
  tan_yaw_ = std::clamp(landmark(30).x / kNoseDepth, -1.0F, 1.0F);
}

cv::Point2f FaceAxes::landmark(std::size_t index) const {
  return usable_ ? from_pixel(landmarks_.points[index]) : cv::Point2f(0.0F, 0.6F);
}

}  // namespace robench
