// SPDX-License-Identifier: Apache-2.0
// Scores and drift of a condition as a document can hold them: in bins, never one by one.
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/outcomes.h"

namespace robench {

/// Counts in bins of equal width from `low` to `high`; the last one holds `high` too.
struct Histogram {
  double low = 0;
  double high = 1;
  std::vector<std::int64_t> counts;  // empty = nothing was counted
};

/// Of one model under one condition, repetitions pooled.
struct BinnedCurves {
  static constexpr std::size_t kScoreBins = 40;
  static constexpr std::size_t kDriftBins = 30;

  Histogram mated;      // similarity scores of the kept trials
  Histogram non_mated;  // the same bins
  Histogram drift_deg;  // of the faces; empty on the clean condition
  /// DET curve of the kept trials, thinned: corners of the curve nearest below 10^(-k/6) in FMR or in
  /// FNMR, down to 1e-4, from small FMR to large; six decimals. Empty where mated or non-mated trials
  /// are missing.
  std::vector<double> fmr;
  std::vector<double> fnmr;
};

/// By condition of `model`. All conditions of a model share the bins of scores and those of drift.
[[nodiscard]] std::vector<BinnedCurves> binned_curves(const RunOutcomes& run,
                                                      const ModelOutcomes& model);

}  // namespace robench
