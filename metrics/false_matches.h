// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "metrics/all_pairs.h"
#include "metrics/metric.h"

namespace robench {

/// The false match rate at the frozen threshold: every clean reference against every perturbed probe
/// of another known subject and another session. A pair of samples gives two comparisons, each of
/// them once as the reference. Where the perturbation is applied to both sides: every two perturbed
/// samples once. With a cross-fitted threshold, comparisons lie within the halves.
class FalseMatches {
 public:
  explicit FalseMatches(const CleanContext& context);

  /// `fmr` over the comparisons of acquired samples, and `generalised_fmr`, in which comparisons with a
  /// sample that was not acquired count as non-matches (ISO/IEC 19795-1). Intervals: Wilson's at the
  /// effective n of comparisons that share subjects.
  [[nodiscard]] std::vector<Measure> rates(const Cell& cell) const;

 private:
  /// Samples that are compared with each other, and the threshold that judges them.
  struct Group {
    std::vector<std::uint32_t> samples;
    double threshold = 0;
    PairSide references;
  };
  class Tally;

  CleanContext context_;
  std::vector<Group> groups_;  // none without a threshold
};

}  // namespace robench
