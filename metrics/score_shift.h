// SPDX-License-Identifier: Apache-2.0
// Differences of mean scores between groups, in units of their spread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "metrics/measure.h"

namespace robench {

/// Moments of the scores of one group's comparisons, whole and without any one unit.
class ScoreMoments {
 public:
  explicit ScoreMoments(int units) : of_unit_(units) {}

  /// A comparison within one unit (a == b) or between two.
  void add(int unit_a, int unit_b, double score);

  [[nodiscard]] std::int64_t n() const { return static_cast<std::int64_t>(all_.n); }
  [[nodiscard]] double mean() const { return all_.sum / all_.n; }
  /// Units that take part in a comparison.
  [[nodiscard]] std::vector<int> units() const;

  struct Sums {
    double n = 0;
    double sum = 0;
    double squares = 0;
  };
  [[nodiscard]] Sums all() const { return all_; }
  /// The sums without any comparison that `unit` takes part in.
  [[nodiscard]] Sums without(int unit) const;

 private:
  Sums all_;
  std::vector<Sums> of_unit_;
};

struct ScoreShift {
  double value = 0;  // (mean a - mean b) / pooled SD; NaN without spread
  std::optional<Interval> ci95;
  std::int64_t n = 0;
};
/// The standardised difference of the means of two groups. Interval: value +- 1.96 standard errors of
/// the jackknife that leaves out one unit at a time, each group for itself (Efron and Stein 1981, Annals
/// of Statistics 9:586), which also holds for comparisons between two units; none where a group has
/// fewer than SubjectBootstrap::kMinSubjects units. Requires: two comparisons in each.
[[nodiscard]] ScoreShift score_shift(const ScoreMoments& a, const ScoreMoments& b);

}  // namespace robench
