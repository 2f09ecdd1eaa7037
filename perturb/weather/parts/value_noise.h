// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "perturb/face_axes.h"
#include "perturb/random_stream.h"

namespace robench {

/// Smooth noise over the plane in [-1, 1], mean 0: a random value on each corner of the unit cells,
/// joined by a curve whose slope and curvature are 0 at the corners, so that no grid shows.
///
/// Used in face coordinates (FaceAxes), so that the pattern sticks to the face at any resolution. It
/// repeats after kPeriod cells.
class ValueNoise {
 public:
  explicit ValueNoise(const RandomStream& stream);

  /// One octave: nothing in it is smaller than a cell.
  [[nodiscard]] float at(float x, float y) const;
  /// Octaves of halved cells, each turned against the one before and `gain` times as strong; still in
  /// [-1, 1]. Requires: octaves > 0, gain > 0.
  [[nodiscard]] float fractal(float x, float y, int octaves, float gain) const;
  /// A row of pixels of fractal noise whose largest cells measure `cell` inter-eye distances, as many as
  /// `row` is long. Octaves with cells below two pixels are left out, since they would alias; where the
  /// smallest cells are large, only every few pixels are computed and those between are linear.
  void fractal_row(const FaceLine& line, float cell, int octaves, float gain,
                   std::vector<float>& row) const;

 private:
  static constexpr std::int64_t kPeriod = 64;
  [[nodiscard]] float corner(std::int64_t column, std::int64_t row) const {
    return values_[static_cast<std::size_t>((row & (kPeriod - 1)) * kPeriod + (column & (kPeriod - 1)))];
  }

  std::vector<float> values_;
};

}  // namespace robench
