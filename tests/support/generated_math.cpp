// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_math.h"

#include <utility>

namespace robench::generated {

Curve::Curve(std::vector<cv::Point2f> knots) : knots_(std::move(knots)), slopes_(knots_.size(), 0.0f) {
  const auto secant = [&](std::size_t i) {
    return (knots_[i + 1].y - knots_[i].y) / (knots_[i + 1].x - knots_[i].x);
  };
  for (std::size_t i = 1; i + 1 < knots_.size(); ++i) {
    const float before = secant(i - 1);
    const float after = secant(i);
    if (before * after > 0.0f) slopes_[i] = 2.0f * before * after / (before + after);
  }
  slopes_.front() = secant(0);
  slopes_.back() = secant(knots_.size() - 2);
}

float Curve::operator()(float x) const {
  if (x <= knots_.front().x) return knots_.front().y;
  if (x >= knots_.back().x) return knots_.back().y;
  std::size_t i = 0;
  while (x > knots_[i + 1].x) ++i;
  const float step = knots_[i + 1].x - knots_[i].x;
  const float t = (x - knots_[i].x) / step;
  const float u = 1.0f - t;
  return knots_[i].y * (1.0f + 2.0f * t) * u * u + slopes_[i] * step * t * u * u +
         knots_[i + 1].y * (3.0f - 2.0f * t) * t * t - slopes_[i + 1] * step * t * t * u;
}

float value_noise(float x, float y, std::uint32_t key) {
  const float fx = std::floor(x);
  const float fy = std::floor(y);
  const auto at = [&](int dx, int dy) {
    const auto column = static_cast<std::uint32_t>(static_cast<int>(fx) + dx);
    const auto row = static_cast<std::uint32_t>(static_cast<int>(fy) + dy);
    return hash01(hash(key, column), row);
  };
  const float u = smooth_step(0.0f, 1.0f, x - fx);
  const float v = smooth_step(0.0f, 1.0f, y - fy);
  return mix(mix(at(0, 0), at(1, 0), u), mix(at(0, 1), at(1, 1), u), v);
}

}  // namespace robench::generated
