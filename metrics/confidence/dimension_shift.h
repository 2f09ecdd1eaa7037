// SPDX-License-Identifier: Apache-2.0
// In which columns do two samples differ?
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/confidence/two_sample.h"

namespace robench {

/// The largest difference of two empirical distribution functions, and the two-sided asymptotic p of
/// Kolmogorov's distribution at sqrt(m n / (m + n)) times it, which is cautious for small samples.
struct KolmogorovSmirnov {
  double statistic = 0;
  double p = 1;
};
/// Requires: both have values, none NaN.
[[nodiscard]] KolmogorovSmirnov kolmogorov_smirnov(std::vector<double> a, std::vector<double> b);

struct DimensionShift {
  std::vector<double> statistic;  // of each column
  std::vector<double> p;
  std::vector<double> p_adjusted;  // Benjamini and Hochberg 1995
};
/// Column by column, on one row of each person and sample, drawn by the seed.
[[nodiscard]] DimensionShift dimension_shift(const TwoSamples& samples, std::uint64_t seed);

}  // namespace robench
