// SPDX-License-Identifier: Apache-2.0
#include "perturb/landmarks.h"

#include <cmath>
#include <numbers>

namespace robench {
namespace {

cv::Point2f mean_of(const std::array<cv::Point2f, Landmarks::kCount>& points, int first, int last) {
  cv::Point2d sum{};
  for (int i = first; i <= last; ++i) sum += cv::Point2d(points[static_cast<std::size_t>(i)]);
  const double count = last - first + 1;
  return {static_cast<float>(sum.x / count), static_cast<float>(sum.y / count)};
}

}  // namespace

cv::Point2f Landmarks::left_eye() const { return mean_of(points, 36, 41); }

cv::Point2f Landmarks::right_eye() const { return mean_of(points, 42, 47); }

cv::Point2f Landmarks::mouth() const { return (points[48] + points[54]) * 0.5F; }

std::array<cv::Point2f, 5> Landmarks::five_points() const {
  return {left_eye(), right_eye(), points[30], points[48], points[54]};
}

double Landmarks::inter_eye_px() const {
  const cv::Point2d eye_to_eye = cv::Point2d(right_eye()) - cv::Point2d(left_eye());
  return std::hypot(eye_to_eye.x, eye_to_eye.y);
}

double Landmarks::roll_deg() const {
  const cv::Point2d eye_to_eye = cv::Point2d(right_eye()) - cv::Point2d(left_eye());
  return std::atan2(eye_to_eye.y, eye_to_eye.x) * 180.0 / std::numbers::pi;
}

Landmarks transformed(const Landmarks& landmarks, const cv::Matx23d& target_from_source) {
  Landmarks target;
  for (std::size_t i = 0; i < landmarks.points.size(); ++i) {
    const cv::Point2f& p = landmarks.points[i];
    const cv::Vec2d mapped = target_from_source * cv::Vec3d(p.x, p.y, 1.0);
    target.points[i] = {static_cast<float>(mapped[0]), static_cast<float>(mapped[1])};
  }
  return target;
}

Frame::Frame(const Landmarks& points) : landmarks(points), inter_eye_px(points.inter_eye_px()) {}

}  // namespace robench
