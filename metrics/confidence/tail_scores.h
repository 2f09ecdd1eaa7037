// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace robench {

/// How improbable is a value of one measure, either way? Beyond the lowest and the highest tenth of a
/// reference its tails go on exponentially, each by its own mean excess (peaks over threshold, Pickands
/// 1975, Annals of Statistics 3:119, with shape 0), so that a measure that now and then strays far on
/// good pictures weighs no more than one that never does.
struct TailScores {
  double low = 0, low_excess = 0;    // 10 % quantile, mean distance below it
  double high = 0, high_excess = 0;  // 90 % quantile, mean distance above it; an excess of 0 = no tail
  /// log of the two-sided p, 0 at most: 0 between the quantiles, for NaN (not assessed) and where there
  /// is no tail.
  [[nodiscard]] double log_p(double x) const;
};

/// NaN values of the reference are left out.
[[nodiscard]] TailScores tail_scores(std::span<const double> reference);

}  // namespace robench
