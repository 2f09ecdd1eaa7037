// SPDX-License-Identifier: Apache-2.0
#include "perturb/face_fit.h"

#include <algorithm>
#include <cmath>

namespace robench {
namespace {

// A mean frontal face: the landmarks of eight of this project's generated heads, averaged.
constexpr std::array<std::array<float, 2>, Landmarks::kCount> kMeanFace = {{
    {-1.10F, -0.06F}, {-1.10F, 0.24F},  {-1.08F, 0.55F},  {-1.03F, 0.86F},  {-0.92F, 1.15F},
    {-0.77F, 1.41F},  {-0.54F, 1.66F},  {-0.26F, 1.85F},  {0.00F, 1.94F},   {0.26F, 1.85F},
    {0.54F, 1.66F},   {0.77F, 1.41F},   {0.92F, 1.15F},   {1.03F, 0.86F},   {1.08F, 0.55F},
    {1.10F, 0.24F},   {1.10F, -0.06F},  {-0.88F, -0.27F}, {-0.74F, -0.35F}, {-0.54F, -0.37F},
    {-0.35F, -0.33F}, {-0.17F, -0.27F}, {0.17F, -0.27F},  {0.35F, -0.33F},  {0.54F, -0.37F},
    {0.74F, -0.35F},  {0.88F, -0.27F},  {0.00F, -0.02F},  {0.00F, 0.18F},   {0.00F, 0.39F},
    {0.00F, 0.61F},   {-0.23F, 0.74F},  {-0.12F, 0.78F},  {0.00F, 0.81F},   {0.12F, 0.78F},
    {0.23F, 0.74F},   {-0.69F, 0.00F},  {-0.57F, -0.08F}, {-0.43F, -0.07F}, {-0.31F, 0.03F},
    {-0.43F, 0.06F},  {-0.57F, 0.05F},  {0.31F, 0.03F},   {0.43F, -0.07F},  {0.57F, -0.08F},
    {0.69F, 0.00F},   {0.57F, 0.05F},   {0.43F, 0.06F},   {-0.44F, 1.05F},  {-0.28F, 1.03F},
    {-0.12F, 1.01F},  {0.00F, 1.04F},   {0.12F, 1.01F},   {0.28F, 1.03F},   {0.44F, 1.05F},
    {0.28F, 1.23F},   {0.13F, 1.31F},   {0.00F, 1.33F},   {-0.13F, 1.31F},  {-0.28F, 1.23F},
    {-0.38F, 1.07F},  {-0.12F, 1.12F},  {0.00F, 1.14F},   {0.12F, 1.12F},   {0.38F, 1.07F},
    {0.12F, 1.12F},   {0.00F, 1.14F},   {-0.12F, 1.12F},
}};

// FaceAxes counts the nose tip 0.5 before the eyes. The landmark's nose reaches farther on many faces,
// and too large a turn would make upright things too long.
constexpr float kCautiousTurn = 0.75F;

}  // namespace

FaceFit::FaceFit(const Frame& frame, cv::Size picture) : axes_(frame, picture) {
  // Without axes, FaceAxes gives one point for all landmarks.
  const bool usable = axes_.landmark(36) != axes_.landmark(45);
  for (std::size_t i = 0; i < points_.size(); ++i)
    points_[i] = usable ? axes_.landmark(i) : cv::Point2f(kMeanFace[i][0], kMeanFace[i][1]);
  const float turn = kCautiousTurn * axes_.tan_yaw();
  upright_ = std::sqrt(1 + turn * turn);
}

cv::Point2f FaceFit::forehead(std::size_t brow_index) const {
  const cv::Point2f brow = points_[brow_index];
  return {brow.x, 2 * brow.y};
}

cv::Point2f FaceFit::ear(int side) const {
  const cv::Point2f jaw = points_[side < 0 ? 0 : 16];
  // The ear on the side from which the nose turns away comes into view.
  const float seen = std::max(0.0F, -static_cast<float>(side) * axes_.tan_yaw());
  return {jaw.x + static_cast<float>(side) * (0.05F + 0.15F * seen), 0.5F * jaw.y};
}

float FaceFit::head_half_width() const {
  // Landmarks may be mirrored or nonsense; a head has a width all the same.
  return std::max(0.7F, std::abs(points_[16].x - points_[0].x) / 2);
}

}  // namespace robench
