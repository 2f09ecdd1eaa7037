// SPDX-License-Identifier: Apache-2.0
#include "metrics/ranks.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "perturb/error.h"

namespace robench {
namespace {

/// An integer that orders as the float does. Zero loses its sign, so that -0 and 0 tie.
std::uint32_t sortable_bits(float value) {
  ROBENCH_ASSERT(!std::isnan(value));
  const auto bits = std::bit_cast<std::uint32_t>(value + 0.0f);
  const std::uint32_t sign = 0x80000000u;
  return (bits & sign) ? ~bits : bits | sign;
}

}  // namespace

Ranking rank_values(std::span<const float> values) {
  ROBENCH_ASSERT(values.size() < (std::size_t{1} << 23));
  // Value and position in one word: sorts several times faster than positions with a comparison.
  std::vector<std::uint64_t> keys(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    keys[i] = std::uint64_t{sortable_bits(values[i])} << 32 | i;
  }
  std::sort(keys.begin(), keys.end());

  Ranking ranking{std::vector<float>(values.size()), std::vector<std::uint32_t>(values.size())};
  for (std::size_t first = 0; first < keys.size();) {
    std::size_t end = first;
    while (end < keys.size() && keys[end] >> 32 == keys[first] >> 32) ++end;
    const float shared_rank = static_cast<float>(first + 1 + end) / 2;
    for (; first < end; ++first) {
      ranking.order[first] = static_cast<std::uint32_t>(keys[first]);
      ranking.rank[ranking.order[first]] = shared_rank;
    }
  }
  return ranking;
}

}  // namespace robench
