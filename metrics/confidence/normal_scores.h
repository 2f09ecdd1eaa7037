// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace robench {

/// A measure brought to the standard normal scale by its own distribution, so that measures of any unit
/// and skew can be put side by side: the normal quantile of its rank in the reference, (rank - 1/2) / n
/// (Blom 1958, "Statistical Estimates and Transformed Beta-Variables", discusses such scores). Beyond
/// the reference the scale goes on straight, one unit a standard deviation, so that extremes stay
/// extreme (own).
struct NormalScores {
  std::vector<double> value;  // of the reference, strictly ascending
  std::vector<double> score;  // of each; equal values share the mean of their ranks
  double sd = 0;              // of the reference
  /// 0, the middle of the reference, for NaN (not assessed) and for a measure that never varied.
  [[nodiscard]] double at(double x) const;
};

/// NaN values of the reference are left out.
[[nodiscard]] NormalScores normal_scores(std::span<const double> reference);

}  // namespace robench
