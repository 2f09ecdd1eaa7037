// SPDX-License-Identifier: Apache-2.0
// What makes the drift of two models comparable: how far apart each of them keeps two faces.
#pragma once

#include <cstdint>
#include <limits>

#include "metrics/trial.h"
#include "models/embedding_table.h"

namespace robench {

/// The median clean cosine distance of two samples of different people under one model.
struct DriftScale {
  double distance = std::numeric_limits<double>::quiet_NaN();  // median of 1 - cosine; NaN = no pair
  std::int64_t pairs = 0;                                      // behind it
  /// Of the non-mated trials, as drift_relative:non_mated. Else of any two samples, since who is who is
  /// not known: a few pairs of one person hardly move a median.
  bool of_non_mated = false;
};

/// Of the non-mated trials where both samples were acquired; where there is none, of all pairs of
/// acquired samples (beyond kMostScalePairs evenly spaced ones).
[[nodiscard]] DriftScale drift_scale(const EvaluationData& data, const EmbeddingTable& clean);

inline constexpr std::int64_t kMostScalePairs = 100'000;  // as many as the trials that a run draws

}  // namespace robench
