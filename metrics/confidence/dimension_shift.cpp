// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/dimension_shift.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "metrics/multiple_testing.h"
#include "perturb/error.h"

namespace robench {
namespace {

/// P(K > x) of Kolmogorov's distribution.
double kolmogorov_tail(double x) {
  if (x < 0.2) return 1;  // below, it differs from 1 by less than 1e-12
  double sum = 0;
  for (int k = 1; k <= 100; ++k) {
    const double term = std::exp(-2.0 * k * k * x * x);
    sum += k % 2 == 1 ? term : -term;
    if (term < 1e-17) break;
  }
  return std::clamp(2 * sum, 0.0, 1.0);
}

}  // namespace

KolmogorovSmirnov kolmogorov_smirnov(std::vector<double> a, std::vector<double> b) {
  ROBENCH_ASSERT(!a.empty() && !b.empty());
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  const auto m = static_cast<double>(a.size());
  const auto n = static_cast<double>(b.size());
  KolmogorovSmirnov result{0, 1};
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const double here = std::min(a[i], b[j]);
    while (i < a.size() && a[i] == here) ++i;
    while (j < b.size() && b[j] == here) ++j;
    result.statistic =
        std::max(result.statistic, std::abs(static_cast<double>(i) / m - static_cast<double>(j) / n));
  }
  result.p = kolmogorov_tail(std::sqrt(m * n / (m + n)) * result.statistic);
  return result;
}

DimensionShift dimension_shift(const TwoSamples& samples, std::uint64_t seed) {
  const RandomStream stream(seed, "dimension_shift", "", "", 0);
  const std::vector<int> person = people_of_rows(samples.subject);
  std::array<std::map<int, std::vector<Eigen::Index>>, 2> rows_of;
  for (std::size_t i = 0; i < person.size(); ++i)
    rows_of[samples.in_second[i] != 0 ? 1 : 0][person[i]].push_back(static_cast<Eigen::Index>(i));
  std::array<std::vector<Eigen::Index>, 2> drawn;
  for (std::size_t side = 0; side < 2; ++side)
    for (const auto& [number, rows] : rows_of[side]) {
      const double u = stream.uniform(2 * static_cast<std::uint64_t>(number) + side);
      drawn[side].push_back(rows[static_cast<std::size_t>(u * static_cast<double>(rows.size()))]);
    }
  DimensionShift shift;
  for (Eigen::Index column = 0; column < samples.rows.cols(); ++column) {
    std::array<std::vector<double>, 2> values;
    for (std::size_t side = 0; side < 2; ++side)
      for (const Eigen::Index row : drawn[side]) values[side].push_back(samples.rows(row, column));
    const KolmogorovSmirnov ks = kolmogorov_smirnov(values[0], values[1]);
    shift.statistic.push_back(ks.statistic);
    shift.p.push_back(ks.p);
  }
  shift.p_adjusted = benjamini_hochberg(shift.p);
  return shift;
}

}  // namespace robench
