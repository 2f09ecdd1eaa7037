// SPDX-License-Identifier: Apache-2.0
// How unequal error rates are over groups of people: four indices from the literature, as pure
// functions.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace robench {

/// Weight of FMR in FDR, inequity rate and GARBE; FNMR has the rest. Own: neither error is preferred, so
/// that a reader need not know the application; the notes state it.
inline constexpr double kEquityAlpha = 0.5;

/// Largest difference between two of the rates. Requires: not empty.
[[nodiscard]] double largest_gap(std::span<const double> rates);
/// Gini coefficient with the small-sample factor n / (n - 1), so that its range is [0, 1]:
/// n / (n - 1) * sum_ij |x_i - x_j| / (2 n^2 mean). 0 where all rates are 0. Requires: n >= 2.
[[nodiscard]] double gini(std::span<const double> rates);
/// Largest rate over the geometric mean of all. 1 = equal. Requires: all > 0.
[[nodiscard]] double max_over_geometric_mean(std::span<const double> rates);

/// 1 - [alpha * largest FMR gap + (1 - alpha) * largest FNMR gap]; 1 = equal
/// (de Freitas Pereira and Marcel, "Fairness in biometrics", arXiv 2011.02395).
[[nodiscard]] double fairness_discrepancy_rate(std::span<const double> fmr, std::span<const double> fnmr,
                                               double alpha = kEquityAlpha);
/// (max FMR / min FMR)^alpha * (max FNMR / min FNMR)^(1 - alpha); 1 = equal
/// (NIST's inequity rate, as discussed by Howard et al., arXiv 2203.05051). Requires: all > 0.
[[nodiscard]] double inequity_rate(std::span<const double> fmr, std::span<const double> fnmr,
                                   double alpha = kEquityAlpha);
/// alpha * gini(FMR) + (1 - alpha) * gini(FNMR); 0 = equal (Howard et al., arXiv 2203.05051).
[[nodiscard]] double garbe(std::span<const double> fmr, std::span<const double> fnmr,
                           double alpha = kEquityAlpha);

/// Errors and comparisons of each group; counts, or weights of a bootstrap replicate.
struct GroupCounts {
  std::vector<double> errors;
  std::vector<double> trials;

  explicit GroupCounts(int groups) : errors(groups, 0.0), trials(groups, 0.0) {}
  /// Those of the groups named, in that order.
  [[nodiscard]] GroupCounts of(std::span<const int> groups) const;
  /// NaN for a group without comparisons.
  [[nodiscard]] std::vector<double> rates() const;
  /// (errors + 1/2) / (trials + 1): never 0, for ratios and log-odds (Anscombe 1956).
  [[nodiscard]] std::vector<double> rates_with_half() const;
};

struct EquityIndices {
  double fdr = 0;
  double inequity_rate = 0;  // of rates_with_half()
  double garbe = 0;
  double max_geomean_fmr = 0;   // of rates_with_half()
  double max_geomean_fnmr = 0;  // of rates_with_half()
};
/// All NaN where a group has no comparison. Requires: two groups or more.
[[nodiscard]] EquityIndices equity_indices(const GroupCounts& matches, const GroupCounts& non_matches);

/// One of the indices, by name.
struct EquityIndex {
  const char* name;
  double EquityIndices::*value;
  bool higher_is_fairer;
  const char* formula;
};
[[nodiscard]] std::span<const EquityIndex> equity_index_list();

/// What labels without meaning give: the mean of an index, and how often it is as unequal as observed.
struct PermutedIndex {
  double mean = 0;
  double p = 1;  // (1 + as unequal) / (1 + permutations)
};
/// Requires: `permuted` not empty, without NaN.
[[nodiscard]] PermutedIndex permuted_index(double observed, std::span<const double> permuted,
                                           bool higher_is_fairer);

}  // namespace robench
