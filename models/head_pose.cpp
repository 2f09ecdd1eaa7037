// SPDX-License-Identifier: Apache-2.0
#include "models/head_pose.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace robench {
namespace {

constexpr double kDegrees = 180 / std::numbers::pi;

// Where the nose tip lies between eyes (0) and mouth (1): the median of 3,790 faces of Labeled Faces in
// the Wild, taken as upright. How far it stands before that line, in inter-eye distances: own, assumed.
constexpr double kLevelNoseTip = 0.5;
constexpr double kNoseDepth = 0.5;

}  // namespace

double yaw_of_nose(double left_jaw_x, double nose_x, double right_jaw_x) {
  const double turn = (2 * nose_x - left_jaw_x - right_jaw_x) / (right_jaw_x - left_jaw_x);
  return std::asin(std::clamp(turn, -1.0, 1.0)) * kDegrees;
}

double pitch_of_nose(double nose_y, double mouth_y) {
  return std::atan2(kLevelNoseTip * mouth_y - nose_y, kNoseDepth) * kDegrees;
}

HeadPose head_pose(const Landmarks& landmarks) {
  const cv::Point2d left = landmarks.left_eye();
  const cv::Point2d right = landmarks.right_eye();
  const double length = cv::norm(right - left);
  const cv::Point2d across = (right - left) / length;
  const cv::Point2d down(-across.y, across.x);
  const auto x = [&](std::size_t i) { return (cv::Point2d(landmarks.points[i]) - left).dot(across); };
  const auto y = [&](std::size_t i) {
    return (cv::Point2d(landmarks.points[i]) - left).dot(down) / length;
  };
  return {yaw_of_nose(x(0), x(30), x(16)), pitch_of_nose(y(30), (y(48) + y(54)) / 2),
          landmarks.roll_deg()};
}

}  // namespace robench
