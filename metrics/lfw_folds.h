// SPDX-License-Identifier: Apache-2.0
// The fold protocol of LFW view 2 (Huang et al. 2007): each fold is judged at the threshold that is
// most accurate on the other folds.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "metrics/trial.h"

namespace robench {

struct FoldSummary {
  double mean = 0;
  double sd = 0;  // over folds, divisor k - 1
  double se = 0;  // sd / sqrt(k)
};
/// Requires: at least two folds.
[[nodiscard]] FoldSummary summarise_folds(std::span<const double> accuracies);

struct LabelledScore {
  double score = 0;
  bool mated = false;
};
/// The smallest number that, as threshold (accept when score >= it), gets most of `scores` right.
/// -infinity when accepting everything is best.
[[nodiscard]] double most_accurate_threshold(std::vector<LabelledScore> scores);

/// Threshold of each fold, from the scores of the other folds. Trials without fold or with a NaN
/// score (not acquired) take no part.
[[nodiscard]] std::map<int, double> fold_thresholds(const std::vector<Trial>& trials,
                                                    std::span<const double> clean_scores);

}  // namespace robench
