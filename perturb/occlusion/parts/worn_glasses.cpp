// SPDX-License-Identifier: Apache-2.0
#include "perturb/occlusion/parts/worn_glasses.h"

#include <algorithm>
#include <cmath>

namespace robench {
namespace {

constexpr float kBefore = 0.2F;  // of the lens before the eye: a vertex distance of 12 mm
constexpr float kBelow = 0.07F;  // the middle of a lens lies below the pupil
constexpr float kOutward = 0.04F;
constexpr float kNearer = 0.18F;  // how much wider the nearer lens looks per tangent of yaw

std::size_t index_of(int side) { return side < 0 ? 0 : 1; }

}  // namespace

WornGlasses::WornGlasses(const FaceFit& fit, const GlassesMake& make) : make_(make) {
  const float turn = fit.axes().tan_yaw();
  for (const int side : {-1, 1}) {
    const auto s = static_cast<float>(side);
    const std::size_t i = index_of(side);
    centre_[i] = {s * (0.5F + kOutward) + kBefore * turn, kBelow * fit.upright()};
    radius_[i] = {make.half_width * (1 - kNearer * s * turn), make.half_height * fit.upright()};
    ear_[i] = fit.ear(side);
  }
}

cv::Point2f WornGlasses::on_lens(int side, cv::Point2f face) const {
  const std::size_t i = index_of(side);
  const float y = (face.y - centre_[i].y) / radius_[i].y;
  const float narrowed = 1 - make_.taper * 0.5F * (std::clamp(y, -1.5F, 1.5F) + 1);
  return {(face.x - centre_[i].x) / (radius_[i].x * narrowed), y};
}

float WornGlasses::lens_distance(int side, cv::Point2f face) const {
  const cv::Point2f q = on_lens(side, face);
  const cv::Point2f r = radius_[index_of(side)];
  const float n = make_.exponent;
  const float x = std::max(std::abs(q.x), 1e-3F);
  const float y = std::max(std::abs(q.y), 1e-3F);
  const float f = std::pow(std::pow(x, n) + std::pow(y, n), 1 / n);
  // First order: how far f is from 1 over its slope.
  const float dx = std::pow(x / f, n - 1) / r.x;
  const float dy = std::pow(y / f, n - 1) / r.y;
  return (f - 1) / std::sqrt(dx * dx + dy * dy);
}

cv::Rect2f WornGlasses::box(int side) const {
  const std::size_t i = index_of(side);
  const cv::Point2f margin = radius_[i] + cv::Point2f(make_.rim, make_.rim) * 2;
  return {centre_[i] - margin, centre_[i] + margin};
}

Coverage WornGlasses::lens(const Occluder& occluder, int side) const {
  return distance_coverage(occluder.axes(), box(side), occluder.canvas(), 0,
                           [&](cv::Point2f p) { return lens_distance(side, p); });
}

void WornGlasses::lay_bar(Occluder& occluder, cv::Point2f from, cv::Point2f to, float ra,
                          float rb) const {
  const float margin = std::max(ra, rb) + 0.05F;
  const cv::Point2f low(std::min(from.x, to.x) - margin, std::min(from.y, to.y) - margin);
  const cv::Point2f high(std::max(from.x, to.x) + margin, std::max(from.y, to.y) + margin);
  const auto distance = [&](cv::Point2f p) { return capsule_distance(p, from, to, ra, rb); };
  occluder.lay(distance_coverage(occluder.axes(), {low, high}, occluder.canvas(), 0, distance),
               [&](cv::Point2f p) {
                 const float lit = std::clamp(-distance(p) / std::max(ra, rb), 0.0F, 1.0F);
                 return make_.frame * (0.8F + 0.4F * lit) + cv::Vec3f::all(0.012F * lit);
               });
}

void WornGlasses::lay_frame(Occluder& occluder) const {
  const float half = make_.rim / 2;
  for (const int side : {-1, 1}) {
    const std::size_t i = index_of(side);
    const auto s = static_cast<float>(side);
    const cv::Point2f hinge = centre_[i] + cv::Point2f(s * (radius_[i].x + half), -0.55F * radius_[i].y);
    // A temple is seen as far as the ear stands out beyond the hinge.
    if (s * (ear_[i].x - hinge.x) > 0.02F) lay_bar(occluder, hinge, ear_[i], 0.9F * half + 0.015F, half);
  }
  const float bridge = centre_[0].y - 0.3F * radius_[0].y;
  lay_bar(occluder, {centre_[0].x + radius_[0].x, bridge}, {centre_[1].x - radius_[1].x, bridge}, half,
          half);
  for (const int side : {-1, 1}) {
    const auto ring = [&](cv::Point2f p) { return std::abs(lens_distance(side, p)) - half; };
    occluder.lay(distance_coverage(occluder.axes(), box(side), occluder.canvas(), 0, ring),
                 [&](cv::Point2f p) {
                   // Round in section, lit from above.
                   const float up = std::clamp(-on_lens(side, p).y, -1.0F, 1.0F);
                   const float lit = std::clamp(-ring(p) / half, 0.0F, 1.0F);
                   return make_.frame * (0.8F + 0.5F * lit) +
                          cv::Vec3f::all(0.03F * lit * lit * std::max(0.0F, up));
                 });
  }
}

}  // namespace robench
