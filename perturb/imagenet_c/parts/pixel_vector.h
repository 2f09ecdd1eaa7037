// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>

namespace robench {

/// Blue, green, red and nothing: a pixel of a CV_32FC4 picture in one register.
using PixelVector = float __attribute__((vector_size(16)));

[[nodiscard]] inline PixelVector load_pixel(const float* from) {
  PixelVector pixel;
  std::memcpy(&pixel, from, sizeof pixel);
  return pixel;
}

inline void store_pixel(const PixelVector& pixel, float* to) { std::memcpy(to, &pixel, sizeof pixel); }

/// Linear interpolation in the form that keeps equal values equal.
[[nodiscard]] inline PixelVector between(const PixelVector& a, const PixelVector& b, float share) {
  return a + share * (b - a);
}

}  // namespace robench
