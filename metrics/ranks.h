// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace robench {

/// Values in order of size.
struct Ranking {
  /// Rank of each value, from 1; equal values share the mean of their places (as in R's rank()).
  /// Exact up to 8 million values (half ranks in 32-bit floats).
  std::vector<float> rank;
  /// Positions from the smallest to the largest value; equal values in order of position.
  std::vector<std::uint32_t> order;
};

/// Requires: no NaN; fewer than 2^23 values.
[[nodiscard]] Ranking rank_values(std::span<const float> values);

}  // namespace robench
