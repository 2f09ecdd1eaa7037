// SPDX-License-Identifier: Apache-2.0
#include "perturb/occlusion/parts/material.h"

#include <cmath>
#include <numbers>

#include "perturb/smooth_step.h"
#include "perturb/srgb.h"

namespace robench {
namespace {

// A number in [-1, 1] for each point of a lattice (the finaliser of MurmurHash3).
float lattice(int x, int y) {
  auto h = static_cast<std::uint32_t>(x) * 0x9E3779B1U ^ static_cast<std::uint32_t>(y) * 0x85EBCA77U;
  h = (h ^ (h >> 16)) * 0x85EBCA6BU;
  h = (h ^ (h >> 13)) * 0xC2B2AE35U;
  return static_cast<float>((h ^ (h >> 16)) >> 8) / static_cast<float>(1U << 23) - 1.0F;
}

// 0 where a period takes less than two pixels, 1 from four pixels.
float resolved(float period_px) { return smooth_step(period_px / 2 - 1); }

float fraction(float x) { return x - std::floor(x); }

}  // namespace

cv::Vec3f reflectance(std::uint32_t rgb) {
  const std::array<float, 256>& linear = linear_of_pixel();
  return {linear[rgb & 0xFF], linear[rgb >> 8 & 0xFF], linear[rgb >> 16 & 0xFF]};
}

float smooth_noise(cv::Point2f p) {
  const int x = cvFloor(p.x);
  const int y = cvFloor(p.y);
  const float u = smooth_step(p.x - static_cast<float>(x));
  const float v = smooth_step(p.y - static_cast<float>(y));
  const float top = lattice(x, y) + u * (lattice(x + 1, y) - lattice(x, y));
  const float bottom = lattice(x, y + 1) + u * (lattice(x + 1, y + 1) - lattice(x, y + 1));
  return top + v * (bottom - top);
}

float woven(cv::Point2f p, float unit_px) {
  constexpr float kThread = 0.03F;  // 2 mm, a coarse cotton
  constexpr float kRelief = 0.1F;
  const float x = p.x / kThread;
  const float y = p.y / kThread;
  const bool over = (cvFloor(x) + cvFloor(y)) % 2 == 0;
  const float across = over ? fraction(y) : fraction(x);
  const float bump = 1 - 8 * (across - 0.5F) * (across - 0.5F);  // mean 1/3
  return 1 + kRelief * resolved(kThread * unit_px) * (bump - 0.333F);
}

float knitted(cv::Point2f p, float unit_px) {
  constexpr float kWidth = 0.13F;  // 8 mm: chunky wool
  constexpr float kHeight = 0.1F;
  constexpr float kRelief = 0.55F;
  // Stocking stitch: columns of V, each leg a slanted loop.
  const float column = fraction(p.x / kWidth);
  const float from_middle = std::abs(column - 0.5F);
  const float row = fraction(p.y / kHeight + 1.2F * from_middle);
  const float leg = std::sin(std::numbers::pi_v<float> * 2 * from_middle);  // 0 between the legs
  const float loop = std::sin(std::numbers::pi_v<float> * row);
  const float bump = leg * loop;  // mean 4 / pi^2
  return 1 + kRelief * resolved(kHeight * unit_px) * (bump - 0.405F);
}

}  // namespace robench
