// SPDX-License-Identifier: Apache-2.0
#include "perturb/weather/parts/value_noise.h"

#include <algorithm>
#include <cmath>

namespace robench {
namespace {

// 6t^5 - 15t^4 + 10t^3 (Perlin, "Improving Noise", SIGGRAPH 2002).
inline float fade(float t) { return t * t * t * (t * (t * 6.0F - 15.0F) + 10.0F); }

inline float mix(float a, float b, float t) { return a + t * (b - a); }

// One instruction more than a conversion; std::floor is a call in the baseline instruction set.
inline std::int64_t floor_of(float x) {
  const auto truncated = static_cast<std::int64_t>(x);
  return truncated - (static_cast<float>(truncated) > x ? 1 : 0);
}

// A turn by atan(3/4) at each octave, and an offset, so that the grids of no two octaves coincide.
constexpr float kCosine = 0.8F;
constexpr float kSine = 0.6F;
constexpr float kOffset = 17.3F;

}  // namespace

ValueNoise::ValueNoise(const RandomStream& stream) : values_(kPeriod * kPeriod) {
  for (std::size_t i = 0; i < values_.size(); i += 4) {
    const std::array<std::uint32_t, 4> words = stream.block(i / 4);
    for (std::size_t k = 0; k < 4; ++k)
      values_[i + k] = static_cast<float>(static_cast<double>(words[k]) / 2147483648.0 - 1.0);
  }
}

float ValueNoise::at(float x, float y) const {
  const std::int64_t column = floor_of(x);
  const std::int64_t row = floor_of(y);
  const float across = fade(x - static_cast<float>(column));
  const float down = fade(y - static_cast<float>(row));
  return mix(mix(corner(column, row), corner(column + 1, row), across),
             mix(corner(column, row + 1), corner(column + 1, row + 1), across), down);
}

float ValueNoise::fractal(float x, float y, int octaves, float gain) const {
  float sum = 0;
  float weights = 0;
  float weight = 1;
  for (int octave = 0; octave < octaves; ++octave) {
    sum += weight * at(x, y);
    weights += weight;
    weight *= gain;
    const float turned = 2.0F * (kCosine * x - kSine * y) + kOffset;
    y = 2.0F * (kSine * x + kCosine * y) + kOffset;
    x = turned;
  }
  return sum / weights;
}

void ValueNoise::fractal_row(const FaceLine& line, float cell, int octaves, float gain,
                             std::vector<float>& row) const {
  float smallest_px = cell / std::hypot(line.step.x, line.step.y);
  int used = 1;
  for (; used < octaves && smallest_px >= 4.0F; ++used) smallest_px /= 2.0F;
  const auto stride = static_cast<std::size_t>(std::clamp(smallest_px / 4.0F, 1.0F, 16.0F));
  const auto value_at = [&](std::size_t x) {
    return fractal(line.u(x) / cell, line.v(x) / cell, used, gain);
  };
  float here = value_at(0);
  for (std::size_t x = 0; x < row.size(); x += stride) {
    const float next = value_at(x + stride);
    const std::size_t end = std::min(row.size(), x + stride);
    for (std::size_t i = x; i < end; ++i)
      row[i] = mix(here, next, static_cast<float>(i - x) / static_cast<float>(stride));
    here = next;
  }
}

}  // namespace robench
