// SPDX-License-Identifier: Apache-2.0
// Intervals of shares that hold where resampling fails: Wilson's score interval at the number of
// *independent* comparisons that would be as uncertain as the dependent ones at hand.
//
// Fogliato, Patil and Perona 2024, "Confidence Intervals for Error Rates in 1:1 Matching Tasks" (IJCV):
// the variance of a rate from all pairs of comparisons that share a subject, then n_effective = p (1 -
// p) / variance, then Wilson 1927 (Journal of the American Statistical Association 22:209).
#pragma once

#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "metrics/measure.h"

namespace robench {

/// Wilson's score interval of a share in [0, 1] over n_effective > 0 independent outcomes.
[[nodiscard]] Interval wilson_interval(double share, double n_effective, double level = 0.95);

/// share (1 - share) / variance, at most `most`, which is also the answer where the variance is 0.
[[nodiscard]] double effective_n(double share, double variance, double most);

/// Of a rate over values that belong to one unit each: sums[u] errors among counts[u] values.
/// Variance = U / (U - 1) * sum_u (sums[u] - rate * counts[u])^2 / n^2, over the U units with values
/// (linearisation of a ratio over clusters; Cochran 1977, "Sampling Techniques", 3rd ed., section 3.12).
/// 0 for fewer than two such units.
[[nodiscard]] double one_subject_variance(std::span<const double> sums, std::span<const double> counts);

/// How comparisons are spread over units and pairs of units. A comparison counts for both of its units.
struct ComparisonSpread {
  std::vector<double> of_unit;  // comparisons that a unit takes part in
  double squared_pairs = 0;     // sum over pairs of units of (comparisons of that pair)^2
  double count = 0;             // comparisons
  std::function<double(int, int)>
      of_pair;  // comparisons of a pair of units that has any, in either order
};

/// The spread of comparisons of two units each (a != b).
[[nodiscard]] ComparisonSpread spread_of(std::span<const std::pair<int, int>> comparisons, int units);

/// Of the rate errors.size() / spread.count over comparisons of two units: the sum, over all pairs of
/// comparisons that share a unit, of the products of their residuals, / count^2, times U / (U - 1). At
/// least the variance of independent comparisons. Fogliato et al. 2024.
[[nodiscard]] double two_subject_variance(std::span<const std::pair<int, int>> errors,
                                          const ComparisonSpread& spread);

/// How far products of bootstrap weights must be drawn towards 1 so that the variance of that rate is
/// the one above: weights 1 + scale (w_a w_b - 1). Between the root of 1/3, where comparisons are
/// independent of each other and products triple their variance, and 1, where sharing a subject is all
/// that matters. own: the ratio of the two variances, each written as sums over units and over pairs of
/// units.
[[nodiscard]] double product_weight_scale(std::span<const std::pair<int, int>> errors,
                                          const ComparisonSpread& spread);

}  // namespace robench
