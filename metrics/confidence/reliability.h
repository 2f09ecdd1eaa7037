// SPDX-License-Identifier: Apache-2.0
// Do probabilities come true? On data that the probabilities were not fitted on.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/measure.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

struct Forecast {
  double probability = 0;  // of the outcome, 0..1
  bool happened = false;
  int unit_a = 0;  // resampling units; equal where only one subject is behind it
  int unit_b = 0;
  double weight = 1;  // e.g. to give mated and non-mated trials the prior of the forecast
};

struct ReliabilityRow {
  double low = 0;  // of the bin of probabilities
  double high = 0;
  double mean_probability = 0;
  Measure happened;  // weighted share, n = forecasts, ci95 by subjects
};

struct Reliability {
  std::vector<ReliabilityRow> rows;  // bins with forecasts, ascending
  Measure brier;  // mean squared error (Brier 1950, Monthly Weather Review 78:1), lower is better
  /// Expected calibration error: weighted mean |share - mean probability| over the bins (Naeini, Cooper
  /// and Hauskrecht 2015, AAAI). Biased upward where bins are small; the note says how many there are.
  Measure ece;
};

/// Bins of equal numbers of forecasts (equal probabilities stay together). Requires: bins >= 1.
[[nodiscard]] Reliability reliability(std::span<const Forecast> forecasts, int bins,
                                      const SubjectBootstrap& bootstrap);

}  // namespace robench
