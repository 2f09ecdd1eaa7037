// SPDX-License-Identifier: Apache-2.0
#include "metrics/equity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "perturb/error.h"

namespace robench {

double largest_gap(std::span<const double> rates) {
  ROBENCH_ASSERT(!rates.empty());
  const auto [low, high] = std::minmax_element(rates.begin(), rates.end());
  return *high - *low;
}

double gini(std::span<const double> rates) {
  const auto n = static_cast<double>(rates.size());
  ROBENCH_ASSERT(n >= 2);
  const double total = std::accumulate(rates.begin(), rates.end(), 0.0);
  if (total == 0) return 0;
  double differences = 0;
  for (const double a : rates)
    for (const double b : rates) differences += std::abs(a - b);
  return n / (n - 1) * differences / (2 * n * total);
}

double max_over_geometric_mean(std::span<const double> rates) {
  ROBENCH_ASSERT(!rates.empty());
  double log_sum = 0;
  for (const double rate : rates) log_sum += std::log(rate);
  return *std::max_element(rates.begin(), rates.end()) /
         std::exp(log_sum / static_cast<double>(rates.size()));
}

double fairness_discrepancy_rate(std::span<const double> fmr, std::span<const double> fnmr,
                                 double alpha) {
  return 1 - (alpha * largest_gap(fmr) + (1 - alpha) * largest_gap(fnmr));
}

double inequity_rate(std::span<const double> fmr, std::span<const double> fnmr, double alpha) {
  const auto ratio = [](std::span<const double> rates) {
    const auto [low, high] = std::minmax_element(rates.begin(), rates.end());
    return *high / *low;
  };
  return std::pow(ratio(fmr), alpha) * std::pow(ratio(fnmr), 1 - alpha);
}

double garbe(std::span<const double> fmr, std::span<const double> fnmr, double alpha) {
  return alpha * gini(fmr) + (1 - alpha) * gini(fnmr);
}

GroupCounts GroupCounts::of(std::span<const int> groups) const {
  GroupCounts counts(static_cast<int>(groups.size()));
  for (std::size_t k = 0; k < groups.size(); ++k) {
    counts.errors[k] = errors[groups[k]];
    counts.trials[k] = trials[groups[k]];
  }
  return counts;
}

std::vector<double> GroupCounts::rates() const {
  std::vector<double> rates(errors.size());
  for (std::size_t g = 0; g < rates.size(); ++g)
    rates[g] = trials[g] > 0 ? errors[g] / trials[g] : std::numeric_limits<double>::quiet_NaN();
  return rates;
}

std::vector<double> GroupCounts::rates_with_half() const {
  std::vector<double> rates(errors.size());
  for (std::size_t g = 0; g < rates.size(); ++g) rates[g] = (errors[g] + 0.5) / (trials[g] + 1);
  return rates;
}

EquityIndices equity_indices(const GroupCounts& matches, const GroupCounts& non_matches) {
  const auto empty = [](double trials) { return !(trials > 0); };
  if (std::any_of(matches.trials.begin(), matches.trials.end(), empty) ||
      std::any_of(non_matches.trials.begin(), non_matches.trials.end(), empty)) {
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    return {kNaN, kNaN, kNaN, kNaN, kNaN};
  }
  const auto fmr = matches.rates();
  const auto fnmr = non_matches.rates();
  const auto fmr_half = matches.rates_with_half();
  const auto fnmr_half = non_matches.rates_with_half();
  return {fairness_discrepancy_rate(fmr, fnmr), inequity_rate(fmr_half, fnmr_half), garbe(fmr, fnmr),
          max_over_geometric_mean(fmr_half), max_over_geometric_mean(fnmr_half)};
}

std::span<const EquityIndex> equity_index_list() {
  static constexpr std::array<EquityIndex, 5> kIndices = {{
      {"fdr", &EquityIndices::fdr, true, "1 - [largest FMR gap + largest FNMR gap] / 2 (alpha 0.5)"},
      {"inequity_rate", &EquityIndices::inequity_rate, false,
       "(max / min FMR)^0.5 (max / min FNMR)^0.5, rates (errors + 1/2) / (n + 1)"},
      {"garbe", &EquityIndices::garbe, false, "Gini(FMR) / 2 + Gini(FNMR) / 2 (alpha 0.5)"},
      {"max_geomean_fmr", &EquityIndices::max_geomean_fmr, false,
       "max over geometric mean of (false matches + 1/2) / (n + 1)"},
      {"max_geomean_fnmr", &EquityIndices::max_geomean_fnmr, false,
       "max over geometric mean of (false non-matches + 1/2) / (n + 1)"},
  }};
  return kIndices;
}

PermutedIndex permuted_index(double observed, std::span<const double> permuted, bool higher_is_fairer) {
  ROBENCH_ASSERT(!permuted.empty());
  PermutedIndex result{0, 1};
  for (const double value : permuted) {
    result.mean += value / static_cast<double>(permuted.size());
    result.p += higher_is_fairer ? value <= observed : value >= observed;
  }
  result.p /= 1.0 + static_cast<double>(permuted.size());
  return result;
}

}  // namespace robench
