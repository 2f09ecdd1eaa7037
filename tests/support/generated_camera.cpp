// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_camera.h"

#include <cmath>

#include "tests/support/generated_math.h"

namespace robench::generated {
namespace {

constexpr double kDistance = 16.0;  // from the camera to the eyes, in eye distances: about one metre
const cv::Point3f kNeckJoint(0.0f, 0.9f, -1.0f);

float radians(double degrees) { return static_cast<float>(degrees * CV_PI / 180.0); }

cv::Matx33f head_rotation(const FaceRecipe& recipe) {
  const float cy = std::cos(radians(recipe.yaw_deg));
  const float sy = std::sin(radians(recipe.yaw_deg));
  const float cp = std::cos(radians(recipe.pitch_deg));
  const float sp = std::sin(radians(recipe.pitch_deg));
  const float cr = std::cos(radians(recipe.roll_deg));
  const float sr = std::sin(radians(recipe.roll_deg));
  const cv::Matx33f yaw(cy, 0, sy, 0, 1, 0, -sy, 0, cy);
  const cv::Matx33f pitch(1, 0, 0, 0, cp, -sp, 0, sp, cp);
  const cv::Matx33f roll(cr, -sr, 0, sr, cr, 0, 0, 0, 1);
  return roll * pitch * yaw;
}

cv::Point2d perspective(const cv::Point3f& p) {
  const double nearer = kDistance / (kDistance - p.z);
  return {p.x * nearer, p.y * nearer};
}

}  // namespace

Camera::Camera(const PlacedFace& face, const std::array<cv::Point3f, 68>& landmarks)
    : rotation_(head_rotation(face.recipe)) {
  // Centres of the left and the right eye, each the mean of its six projected points.
  const auto eye_centres = [&](float turned) {
    std::array<cv::Point2d, 2> centres{};
    for (std::size_t i = 0; i < 12; ++i) {
      centres[i / 6] += perspective(pose(landmarks[36 + i], turned)) / 6.0;
    }
    return centres;
  };
  const auto [left, right] = eye_centres(0.0f);
  scale_ = face.recipe.inter_eye_px / cv::norm(right - left);
  const auto [turned_left, turned_right] = eye_centres(1.0f);
  shift_ = face.eyes_px - scale_ * 0.5 * (turned_left + turned_right);
}

cv::Point3f Camera::pose(const cv::Point3f& rest, float share) const {
  return mix(rest, kNeckJoint + rotation_ * (rest - kNeckJoint), share);
}

cv::Point3f Camera::view(const cv::Point3f& posed) const {
  return unit(cv::Point3f(0.0f, 0.0f, static_cast<float>(kDistance)) - posed);
}

cv::Point2d Camera::project(const cv::Point3f& posed) const {
  return scale_ * perspective(posed) + shift_;
}

cv::Point3f light_direction(const FaceRecipe& recipe) {
  const float azimuth = radians(recipe.light_azimuth_deg);
  const float elevation = radians(recipe.light_elevation_deg);
  return {-std::sin(azimuth) * std::cos(elevation), -std::sin(elevation),
          std::cos(azimuth) * std::cos(elevation)};
}

}  // namespace robench::generated
