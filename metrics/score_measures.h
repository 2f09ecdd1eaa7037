// SPDX-License-Identifier: Apache-2.0
// All verification measures of scores that were made elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metrics/measure.h"
#include "metrics/roc.h"

namespace robench {

/// Comparisons with their scores. Resampling units are the subjects where they are known.
struct ScoreTable {
  std::vector<ScoredTrial> trials;
  std::vector<int> folds;  // of each trial, -1 = none; empty where there are no folds
  /// Of each trial: the smaller of both samples, NaN = not assessed; empty where no quality is known.
  std::vector<double> quality;
  int units = 0;
  std::string units_note;  // what the units are, where they are no subjects
  double sign = 1;         // -1 where the scores were distances; notes show thresholds on that scale
};

struct ScoreOptions {
  std::optional<double> threshold;  // judges `fmr` and `fnmr`, which are refused without
  std::uint64_t seed = 1;
  std::vector<double> targets = {1e-2, 1e-3, 1e-4};  // FMR of `fnmr@fmr`, each in (0, 1)
};

/// Bootstrap replicates of so many scores. Millions are resampled less often: the ends of an interval
/// then move by a tenth of its length.
[[nodiscard]] int score_replicates(std::size_t trials);

/// `fmr`, `fnmr`, `fnmr@fmr=...` of each target, the measures of roc_measures() and `lfw_accuracy`;
/// where qualities are known, those of discard_measures(), at the given threshold or the one at FMR
/// 1e-3. The threshold of `fnmr@fmr` is set by the table's own non-mated scores, and by those of each
/// resample in its interval; FMR at that threshold is the target by construction and so not a finding.
[[nodiscard]] std::vector<Measure> score_measures(const ScoreTable& table, const ScoreOptions& options);

/// Of them those of the curve, which need no threshold from outside: roc_measures(), `lfw_accuracy` and,
/// where qualities are known, discard_measures() at options.threshold.
[[nodiscard]] std::vector<Measure> curve_measures(const ScoreTable& table, const ScoreOptions& options);

/// FMR at which discarding is judged, unless a threshold is given.
inline constexpr double kDiscardTarget = 1e-3;

}  // namespace robench
