// SPDX-License-Identifier: Apache-2.0
// The thresholds that a table of scores sets by its own non-mated scores, and those of each resample.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "metrics/reset_threshold.h"
#include "metrics/score_measures.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// The non-mated scores of a table in the order that thresholds need. `bootstrap`, over the units of the
/// trials, must outlive it.
class ScoreThresholds {
 public:
  ScoreThresholds(const ScoreTable& table, const SubjectBootstrap& bootstrap);

  /// All non-mated scores, descending.
  [[nodiscard]] std::span<const TailScore> tail() const { return tail_; }

  /// A threshold on the scale of the scores as they were given.
  [[nodiscard]] double as_given(double threshold) const { return sign_ * threshold; }

  /// False accepts to be expected at this FMR.
  [[nodiscard]] double budget(double target) const;
  /// Why there is no threshold where the budget is below 1.
  [[nodiscard]] std::string budget_text(double target) const;
  /// Just above the first non-mated score that must be rejected; none where none may be accepted.
  [[nodiscard]] std::optional<double> at(double target) const;
  /// "threshold 0.41 from 6000 non-mated scores, false-accept budget 60". Requires: at(target).
  [[nodiscard]] std::string note(double target) const;
  /// The threshold in each replicate. Requires: at(target).
  [[nodiscard]] std::vector<double> replicates(double target) const;
  /// A comparison of two units weighs 1 + scale (w_a w_b - 1) in them; this is the scale.
  [[nodiscard]] double scale(double target) const { return scale_of_highest(allowed(target)); }
  /// The same where so many of the highest non-mated scores are accepted; see product_weight_scale().
  [[nodiscard]] double scale_of_highest(std::size_t accepted) const;

 private:
  [[nodiscard]] std::size_t allowed(double target) const;

  const SubjectBootstrap& bootstrap_;
  double sign_;
  std::vector<TailScore> tail_;
  std::vector<double> weights_;  // of all of them, in each replicate
};

/// "1e-3" for powers of ten, else the shortest decimal: as measures name an FMR.
[[nodiscard]] std::string fmr_text(double target);

}  // namespace robench
