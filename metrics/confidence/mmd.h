// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "metrics/confidence/two_sample.h"

namespace robench {

/// The squared maximum mean discrepancy of two samples, unbiased (Gretton et al. 2012, Journal of
/// Machine Learning Research 13:723, lemma 6), with the kernel exp(-|x - y|^2 / (2 bandwidth^2)) and the
/// median distance of the pooled rows as bandwidth. Pairs of rows of one person are left out everywhere,
/// so that a person with many pictures does not pass for a difference (own). Time and memory grow with
/// the square of the rows.
class Mmd {
 public:
  explicit Mmd(const TwoSamples& samples);

  [[nodiscard]] double bandwidth() const { return bandwidth_; }
  [[nodiscard]] int people() const { return people_; }
  [[nodiscard]] std::span<const int> person() const { return person_; }  ///< of each row
  /// weight: >= 0 of each row. NaN where a side has no pair of two people.
  [[nodiscard]] double squared(std::span<const int> in_second, const Eigen::VectorXd& weight) const;
  [[nodiscard]] double squared(std::span<const int> in_second) const;

 private:
  [[nodiscard]] double pairs(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const;

  std::vector<int> person_;
  int people_ = 0;
  double bandwidth_ = 0;
  Eigen::MatrixXd kernel_;  // 0 for pairs of one person
};

struct MmdTest {
  double mmd2 = 0;  // 0 on the average where the samples do not differ; may be negative
  double bandwidth = 0;
  double p = 1;  // by permuting whole subjects
};
/// Requires: at least two people on each side.
[[nodiscard]] MmdTest mmd_test(const TwoSamples& samples, int permutations, std::uint64_t seed);

}  // namespace robench
