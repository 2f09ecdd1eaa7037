// SPDX-License-Identifier: Apache-2.0
#include "perturb/face_shape.h"

#include <algorithm>
#include <cmath>

#include "perturb/smooth_step.h"

namespace robench {
namespace {

constexpr float kHalfWidth = 1.17F;  // 147 mm across; adult bizygomatic breadth is 141 mm
// The front of the face is steeper than a ball: these three and the parts below follow the normals of
// ten real faces, see face_shape.h.
constexpr float kHalfHeight = 2.05F;
constexpr float kDepth = 1.42F;
constexpr float kCentreHeight = 0.35F;  // of the ellipsoid, below the eyes
constexpr float kEyeDepth = 1.0F;       // the eyes before the axis of the head
// Where the head ends: share of the squared distance from its centre over that of its outline.
constexpr float kOutlineStart = 0.85F;
constexpr float kOutlineEnd = 2.0F;
constexpr float kDomeRadius = 1.25F;  // of the surroundings: their normals are (u, v, radius)

cv::Point2f between(cv::Point2f a, cv::Point2f b, float share = 0.5F) { return a + (b - a) * share; }

// A bump and its mirror image, or one alone where both anchors are the same.
struct Part {
  cv::Point2f left, right;  // anchors
  cv::Point2f offset;       // from the right one; x to the other side from the left one
  cv::Point2f radius;
  float height;
};

Part alone(cv::Point2f anchor, float below, cv::Point2f radius, float height) {
  return {anchor, anchor, {0.0F, below}, radius, height};
}

std::vector<Part> upper_parts(const Landmarks& at) {
  const auto& p = at.points;
  const cv::Point2f left_eye = at.left_eye();
  const cv::Point2f right_eye = at.right_eye();
  return {
      alone(between(p[27], p[28]), 0.05F, {0.26F, 0.34F}, 0.150F),      // bridge of the nose
      alone(p[29], 0.04F, {0.48F, 0.41F}, 0.135F),                      // its back
      alone(p[30], 0.06F, {0.33F, 0.30F}, 0.135F),                      // its tip
      alone(p[33], 0.14F, {0.42F, 0.21F}, 0.072F),                      // its base
      {p[31], p[35], {-0.08F, -0.08F}, {0.22F, 0.34F}, 0.043F},         // its wings
      {left_eye, right_eye, {-0.10F, 0.09F}, {0.76F, 0.43F}, -0.203F},  // sockets
      {left_eye, right_eye, {0.04F, 0.04F}, {0.28F, 0.25F}, 0.067F},    // eyes in them
      {p[19], p[24], {-0.04F, 0.01F}, {0.67F, 0.34F}, 0.043F},          // brow ridges
      alone(between(p[21], p[22]), -0.09F, {0.51F, 0.31F}, 0.007F),     // between them
      {between(p[39], p[31]), between(p[42], p[35]), {0.05F, -0.15F}, {0.22F, 0.67F}, -0.032F},
  };
}

std::vector<Part> lower_parts(const Landmarks& at) {
  const auto& p = at.points;
  const cv::Point2f mouth = at.mouth();
  return {
      {between(at.left_eye(), p[48], 0.45F),
       between(at.right_eye(), p[54], 0.45F),
       {-0.09F, 0.0F},
       {0.56F, 0.31F},
       -0.049F},                                                            // below the cheekbones
      alone(mouth, 0.14F, {0.93F, 0.59F}, 0.206F),                          // over the teeth
      alone(between(p[51], p[62]), -0.06F, {0.52F, 0.10F}, 0.023F),         // upper lip
      alone(between(p[57], p[66]), 0.02F, {0.44F, 0.15F}, 0.028F),          // lower lip
      alone(between(p[62], p[66]), 0.0F, {0.59F, 0.06F}, -0.023F),          // line between them
      {p[48], p[54], {-0.03F, 0.05F}, {0.21F, 0.19F}, -0.067F},             // corners of the mouth
      alone(between(mouth, p[8], 0.45F), -0.02F, {0.60F, 0.23F}, -0.116F),  // groove below
      alone(between(mouth, p[8], 0.80F), -0.14F, {0.76F, 0.36F}, 0.279F),   // chin
  };
}

}  // namespace

FaceShape::FaceShape(const FaceAxes& axes) : axes_(axes) {
  const float tan_yaw = axes.tan_yaw();
  // The measured inter-eye distance is cos(yaw) of the true one.
  const float true_unit = std::sqrt(1.0F + tan_yaw * tan_yaw);
  half_width_ = kHalfWidth * true_unit;
  half_height_ = kHalfHeight * true_unit;
  depth_ = kDepth * true_unit;
  centre_ = {-kEyeDepth * tan_yaw, kCentreHeight};

  Landmarks landmarks;
  for (std::size_t i = 0; i < landmarks.points.size(); ++i) landmarks.points[i] = axes.landmark(i);
  for (const std::vector<Part>& parts : {upper_parts(landmarks), lower_parts(landmarks)}) {
    for (const Part& part : parts) {
      bumps_.push_back({part.right + part.offset, part.radius, part.height});
      if (part.left == part.right) continue;
      const cv::Point2f mirrored(-part.offset.x, part.offset.y);
      bumps_.push_back({part.left + mirrored, part.radius, part.height});
    }
  }
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

void FaceShape::height_along(const FaceLine& line, std::vector<float>& height) const {
  const float per_width = 1.0F / half_width_;
  const float per_height = 1.0F / half_height_;
  for (std::size_t x = 0; x < height.size(); ++x) {
    const float u = (line.u(x) - centre_.x) * per_width;
    const float v = (line.v(x) - centre_.y) * per_height;
    height[x] = depth_ * std::sqrt(std::max(0.0F, 1.0F - u * u - v * v));
  }
  for (const Bump& bump : bumps_) add_height(bump, line, height);
}

void FaceShape::surface_along(const FaceLine& line, SurfaceRow& row) const {
  const std::size_t width = row.nx.size();
  // nx and ny first collect minus the slopes of the bumps.
  std::fill(row.nx.begin(), row.nx.end(), 0.0F);
  std::fill(row.ny.begin(), row.ny.end(), 0.0F);
  for (const Bump& bump : bumps_) add_slopes(bump, line, row);

  // The ellipsoid (u/a)^2 + (v/b)^2 + (z/c)^2 = 1 has the normal (u c^2/a^2, v c^2/b^2, z), which stays
  // finite at the outline, where its slopes do not.
  const float per_u2 = 1.0F / (half_width_ * half_width_);
  const float per_v2 = 1.0F / (half_height_ * half_height_);
  const float depth2 = depth_ * depth_;
  const float dome = kDomeRadius * depth2 * per_u2;
  for (std::size_t x = 0; x < width; ++x) {
    const float u = (line.u(x) - centre_.x) * per_u2;
    const float v = (line.v(x) - centre_.y) * per_v2;
    const float squared = u * (line.u(x) - centre_.x) + v * (line.v(x) - centre_.y);
    const float z = depth_ * std::sqrt(std::max(0.0F, 1.0F - squared));
    const float outside =
        smooth_step((squared - kOutlineStart) * (1.0F / (kOutlineEnd - kOutlineStart)));
    const float nx = depth2 * u + z * row.nx[x];
    const float ny = depth2 * v + z * row.ny[x];
    const float nz = z + outside * (dome - z);
    const float scale = 1.0F / std::sqrt(nx * nx + ny * ny + nz * nz + 1e-12F);
    row.nx[x] = nx * scale;
    row.ny[x] = ny * scale;
    row.nz[x] = nz * scale;
  }
}

}  // namespace robench
