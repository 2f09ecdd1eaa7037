// SPDX-License-Identifier: Apache-2.0
#include "perturb/face_shape.h"

#include <algorithm>
#include <cmath>

#include "perturb/smooth_step.h"

namespace robench {
namespace {

constexpr float kHalfWidth = 1.12F;   // bizygomatic breadth 141 mm
constexpr float kHalfHeight = 1.85F;  // vertex to chin 228 mm
// The eyes lie half-way between vertex and chin, at the height of the centre.
constexpr float kEyeDepth = 1.0F;  // the eyes before the axis of the head
// Where the head ends: share of the squared distance from its centre over that of its outline.
constexpr float kOutlineStart = 0.85F;
constexpr float kOutlineEnd = 2.0F;
constexpr float kDomeRadius = 1.25F;  // of the surroundings: their normals are (u, v, radius)

cv::Point2f between(cv::Point2f a, cv::Point2f b, float share = 0.5F) { return a + (b - a) * share; }

}  // namespace

FaceShape::FaceShape(const FaceAxes& axes) : axes_(axes) {
  const float tan_yaw = axes.tan_yaw();
  // The measured inter-eye distance is cos(yaw) of the true one.
  const float true_unit = std::sqrt(1.0F + tan_yaw * tan_yaw);
  half_width_ = kHalfWidth * true_unit;
  half_height_ = kHalfHeight * true_unit;
  centre_ = {-kEyeDepth * tan_yaw, 0.0F};

  const auto at = [&](std::size_t index) { return axes.landmark(index); };
  const cv::Point2f left_eye = between(at(36), at(39));
  const cv::Point2f right_eye = between(at(42), at(45));
  const cv::Point2f mouth = between(at(48), at(54));
  bumps_ = {
      {between(at(27), at(28)), {0.22F, 0.42F}, 0.06F},  // bridge of the nose
      {at(29), {0.30F, 0.42F}, 0.10F},                   // its back
      {at(30), {0.36F, 0.34F}, 0.13F},                   // its tip
      {at(31), {0.20F, 0.20F}, 0.04F},                   // its wings
      {at(35), {0.20F, 0.20F}, 0.04F},
      {left_eye, {0.45F, 0.32F}, -0.10F},  // sockets
      {right_eye, {0.45F, 0.32F}, -0.10F},
      {at(19), {0.55F, 0.28F}, 0.05F},  // brow ridges
      {at(24), {0.55F, 0.28F}, 0.05F},
      {between(left_eye, at(48), 0.45F), {0.50F, 0.45F}, 0.04F},  // cheeks
      {between(right_eye, at(54), 0.45F), {0.50F, 0.45F}, 0.04F},
      {mouth, {0.55F, 0.30F}, 0.06F},                          // lips
      {between(mouth, at(8), 0.45F), {0.40F, 0.16F}, -0.03F},  // groove below them
      {between(mouth, at(8), 0.80F), {0.45F, 0.35F}, 0.08F},   // chin
  };
}

bool FaceShape::misses(const Bump& bump, const FaceLine& line, std::size_t width) {
  const float v_end = line.v(width - 1);
  return std::min(line.start.y, v_end) > bump.centre.y + bump.radius.y ||
         std::max(line.start.y, v_end) < bump.centre.y - bump.radius.y;
}

void FaceShape::add_slopes(const Bump& bump, const FaceLine& line, SurfaceRow& row) {
  const std::size_t width = row.nx.size();
  if (misses(bump, line, width)) return;
  const float per_u = 1.0F / bump.radius.x;
  const float per_v = 1.0F / bump.radius.y;
  float* slope_u = row.nx.data();
  float* slope_v = row.ny.data();
  for (std::size_t x = 0; x < width; ++x) {
    const float u = (line.u(x) - bump.centre.x) * per_u;
    const float v = (line.v(x) - bump.centre.y) * per_v;
    const float inside = std::max(0.0F, 1.0F - u * u - v * v);
    const float slope = 4.0F * bump.height * inside;
    slope_u[x] += slope * u * per_u;
    slope_v[x] += slope * v * per_v;
  }
}

void FaceShape::add_height(const Bump& bump, const FaceLine& line, std::vector<float>& height) {
  if (misses(bump, line, height.size())) return;
  const float per_u = 1.0F / bump.radius.x;
  const float per_v = 1.0F / bump.radius.y;
  for (std::size_t x = 0; x < height.size(); ++x) {
    const float u = (line.u(x) - bump.centre.x) * per_u;
    const float v = (line.v(x) - bump.centre.y) * per_v;
    const float inside = std::max(0.0F, 1.0F - u * u - v * v);
    height[x] += bump.height * inside * inside;
  }
}

void FaceShape::height_of_row(int y, std::vector<float>& height) const {
  const FaceLine line = axes_.row(y);
  const float per_width = 1.0F / half_width_;
  const float per_height = 1.0F / half_height_;
  for (std::size_t x = 0; x < height.size(); ++x) {
    const float u = (line.u(x) - centre_.x) * per_width;
    const float v = (line.v(x) - centre_.y) * per_height;
    height[x] = half_width_ * std::sqrt(std::max(0.0F, 1.0F - u * u - v * v));
  }
  for (const Bump& bump : bumps_) add_height(bump, line, height);
}

void FaceShape::surface_of_row(int y, SurfaceRow& row) const {
  const std::size_t width = row.nx.size();
  const FaceLine line = axes_.row(y);
  // nx and ny first collect minus the slopes of the bumps.
  std::fill(row.nx.begin(), row.nx.end(), 0.0F);
  std::fill(row.ny.begin(), row.ny.end(), 0.0F);
  for (const Bump& bump : bumps_) add_slopes(bump, line, row);

  // The spheroid (u/a)^2 + (v/b)^2 + (z/a)^2 = 1 has the normal (u, v a^2/b^2, z), which stays finite at
  // the outline, where its slopes do not.
  const float a2 = half_width_ * half_width_;
  const float flat = a2 / (half_height_ * half_height_);
  for (std::size_t x = 0; x < width; ++x) {
    const float u = line.u(x) - centre_.x;
    const float v = line.v(x) - centre_.y;
    const float squared = (u * u + flat * v * v) / a2;
    const float z = half_width_ * std::sqrt(std::max(0.0F, 1.0F - squared));
    const float outside =
        smooth_step((squared - kOutlineStart) * (1.0F / (kOutlineEnd - kOutlineStart)));
    const float nx = u + z * row.nx[x];
    const float ny = flat * v + z * row.ny[x];
    const float nz = z + outside * (kDomeRadius - z);
    const float scale = 1.0F / std::sqrt(nx * nx + ny * ny + nz * nz + 1e-12F);
    row.nx[x] = nx * scale;
    row.ny[x] = ny * scale;
    row.nz[x] = nz * scale;
  }
}

}  // namespace robench
