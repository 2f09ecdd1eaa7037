// SPDX-License-Identifier: Apache-2.0
// How much of a pixel thin lines cover, so that they fade instead of breaking up where pixels are
// coarse.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace robench {

/// Share of a pixel of width `pixel` that a straight line covers whose middle is `distance` away.
[[nodiscard]] inline float line_share(float distance, float width, float pixel) {
  const float from = std::max(distance - 0.5F * pixel, -0.5F * width);
  const float to = std::min(distance + 0.5F * pixel, 0.5F * width);
  return std::max(0.0F, to - from) / pixel;
}

/// The same for a family of lines, one at every whole number of `phase`, `per_unit` of them in a unit of
/// length. Where they lie closer than one and a half pixels only their mean is left.
[[nodiscard]] inline float line_family_share(float phase, float per_unit, float width, float pixel) {
  if (per_unit * pixel * 1.5F > 1.0F) return std::min(1.0F, width * per_unit);
  // By way of an integer: round is a call without SSE4.1.
  const auto nearest = static_cast<std::int32_t>(phase + (phase < 0 ? -0.5F : 0.5F));
  return line_share(std::abs(phase - static_cast<float>(nearest)) / per_unit, width, pixel);
}

}  // namespace robench
