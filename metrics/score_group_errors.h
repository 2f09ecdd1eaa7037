// SPDX-License-Identifier: Apache-2.0
// Errors of groups of comparisons at a threshold that everybody shares, as they are and resampled.
#pragma once

#include <cstdint>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "metrics/score_thresholds.h"

namespace robench {

/// A threshold for everybody, as it is and in each replicate.
struct CommonThreshold {
  std::string suffix;  // of the measures' names: "@fmr=1e-2"; "" = given
  std::string reason;  // why there is none; the rest is then empty
  std::string note;
  double value = 0;
  double scale = 1;  // of the weights of non-mated comparisons; see ScoreThresholds
  double target = std::numeric_limits<double>::quiet_NaN();  // FMR; NaN = given
  std::vector<double> replicates;
};
[[nodiscard]] CommonThreshold given_threshold(const ScoreThresholds& thresholds, double threshold,
                                              int replicates);
[[nodiscard]] CommonThreshold threshold_of_everybody(const ScoreThresholds& thresholds, double target);

/// Errors of one kind in one group.
struct GroupErrors {
  std::int64_t n = 0;  // comparisons
  std::int64_t errors = 0;
  std::set<int> units;
  std::set<int> units_with_error;
  std::vector<double> weights;        // of the comparisons, by replicate
  std::vector<double> error_weights;  // of the errors, by replicate

  /// NaN without comparisons.
  [[nodiscard]] double rate() const { return static_cast<double>(errors) / static_cast<double>(n); }
  [[nodiscard]] std::vector<double> replicates() const;
};

/// False non-matches among the mated of these trials. Requires: common.reason is empty.
[[nodiscard]] GroupErrors group_non_matches(std::span<const ScoredTrial> trials,
                                            const CommonThreshold& common,
                                            const SubjectBootstrap& bootstrap);
/// False matches among the non-mated ones, weighted as where the threshold was set anew.
[[nodiscard]] GroupErrors group_matches(std::span<const ScoredTrial> trials,
                                        const CommonThreshold& common,
                                        const SubjectBootstrap& bootstrap);

}  // namespace robench
