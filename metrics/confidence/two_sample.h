// SPDX-License-Identifier: Apache-2.0
// Two sets of pictures: may they come from one population? Labels move with whole subjects.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "metrics/permutation.h"

namespace robench {

/// Rows of both samples together.
struct TwoSamples {
  Eigen::MatrixXd rows;        // n x dim, finite
  std::vector<int> in_second;  // 0 or 1 of each row
  std::vector<int> subject;    // index of the person; -1 = unknown, a person of its own
};

/// The person of each row, numbered from 0 in the order of first occurrence.
[[nodiscard]] std::vector<int> people_of_rows(std::span<const int> subject);

/// Labels under the null "both samples are of one population": people found in one sample only exchange
/// labels with each other, within blocks where there are any; those in both swap theirs or not, by a
/// coin each.
class SubjectRelabelling {
 public:
  /// block: of each row, equal for all rows of a person; empty = one for all.
  explicit SubjectRelabelling(const TwoSamples& samples, std::span<const int> block = {});

  /// A pure function of the stream and of `permutation`.
  [[nodiscard]] std::vector<int> labels(const RandomStream& stream, int permutation) const;
  /// The test of `statistic`, a pure function of the labels; large = different. On several threads, with
  /// the same result on any number of them.
  [[nodiscard]] PermutationTest test(
      double observed, int permutations, std::uint64_t seed, std::string_view purpose,
      const std::function<double(std::span<const int> in_second)>& statistic) const;

 private:
  std::vector<int> in_second_;
  std::vector<std::vector<std::size_t>> rows_of_pure_;   // people of one sample
  std::vector<std::vector<std::size_t>> rows_of_mixed_;  // people of both
  std::vector<int> block_of_pure_;
};

}  // namespace robench
