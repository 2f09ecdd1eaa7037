// SPDX-License-Identifier: Apache-2.0
// Permutation tests, restricted to blocks of what may change places.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "perturb/random_stream.h"

namespace robench {

/// A random order of the places 0 .. block.size() - 1 that leaves every place in its block: result[i] is
/// the place whose value comes to place i, and block[result[i]] == block[i]. All such orders are equally
/// likely. A pure function of the stream and of `permutation`. One block for all = a free permutation.
[[nodiscard]] std::vector<int> permuted_within_blocks(std::span<const int> block,
                                                      const RandomStream& stream, int permutation);

/// Which null values are as extreme as the observed one.
enum class Tail {
  upper,      // >= observed
  lower,      // <= observed
  two_sided,  // |null| >= |observed|: for statistics that are 0 where there is no effect
};

/// (1 + hits) / (1 + null.size()): the observed order is one of the possible ones, so that p is never 0
/// and the test is exact (Phipson and Smyth 2010, Statistical Applications in Genetics and Molecular
/// Biology 9:39). NaN in `null` counts as a hit; NaN as observed gives NaN.
[[nodiscard]] double permutation_p(double observed, std::span<const double> null, Tail tail);

struct PermutationTest {
  double p = 1;
  std::vector<double> null;  // the statistic of each permutation, in their order
};

/// The statistic under `permutations` random orders of the places within their blocks. `statistic` gets
/// an order as of permuted_within_blocks() and must be pure: orders are tried on several threads, with
/// the same result on any number of them. `purpose` keys the random numbers with the seed.
[[nodiscard]] PermutationTest permutation_test(
    double observed, std::span<const int> block, int permutations, std::uint64_t seed,
    std::string_view purpose, Tail tail,
    const std::function<double(std::span<const int> order)>& statistic);

}  // namespace robench
