// SPDX-License-Identifier: Apache-2.0
#include "metrics/permutation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <tbb/parallel_for.h>

#include "perturb/error.h"

namespace robench {

std::vector<int> permuted_within_blocks(std::span<const int> block, const RandomStream& stream,
                                        int permutation) {
  ROBENCH_ASSERT(permutation >= 0);
  std::vector<int> places(block.size());
  std::iota(places.begin(), places.end(), 0);
  std::stable_sort(places.begin(), places.end(), [&](int a, int b) { return block[a] < block[b]; });
  std::vector<int> values = places;
  const std::uint64_t first = static_cast<std::uint64_t>(permutation) * block.size();
  for (std::size_t begin = 0; begin < places.size();) {
    std::size_t end = begin;
    while (end < places.size() && block[places[end]] == block[places[begin]]) ++end;
    for (std::size_t last = end - 1; last > begin; --last) {
      const auto pick =
          static_cast<std::size_t>(stream.uniform(first + last) * static_cast<double>(last - begin + 1));
      std::swap(values[last], values[begin + pick]);
    }
    begin = end;
  }
  std::vector<int> order(block.size());
  for (std::size_t i = 0; i < places.size(); ++i) order[places[i]] = values[i];
  return order;
}

double permutation_p(double observed, std::span<const double> null, Tail tail) {
  if (std::isnan(observed)) return std::numeric_limits<double>::quiet_NaN();
  const auto less_extreme = [&](double value) {
    switch (tail) {
      case Tail::upper:
        return value < observed;
      case Tail::lower:
        return value > observed;
      case Tail::two_sided:
        return std::abs(value) < std::abs(observed);
    }
    return false;
  };
  const auto hits = std::ssize(null) - std::count_if(null.begin(), null.end(), less_extreme);
  return static_cast<double>(1 + hits) / static_cast<double>(1 + std::ssize(null));
}

PermutationTest permutation_test(double observed, std::span<const int> block, int permutations,
                                 std::uint64_t seed, std::string_view purpose, Tail tail,
                                 const std::function<double(std::span<const int>)>& statistic) {
  ROBENCH_ASSERT(permutations >= 1);
  const RandomStream stream = RandomStream(seed, "permutation", "", "", 0).fork(purpose);
  PermutationTest test;
  test.null.resize(permutations);
  tbb::parallel_for(0, permutations, [&](int permutation) {
    test.null[permutation] = statistic(permuted_within_blocks(block, stream, permutation));
  });
  test.p = permutation_p(observed, test.null, tail);
  return test;
}

}  // namespace robench
