// SPDX-License-Identifier: Apache-2.0
#include "metrics/lfw_folds.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "perturb/error.h"

namespace robench {

FoldSummary summarise_folds(std::span<const double> accuracies) {
  ROBENCH_ASSERT(accuracies.size() >= 2);
  const auto k = static_cast<double>(accuracies.size());
  FoldSummary summary;
  summary.mean = std::accumulate(accuracies.begin(), accuracies.end(), 0.0) / k;
  double squares = 0;
  for (double accuracy : accuracies) squares += std::pow(accuracy - summary.mean, 2);
  summary.sd = std::sqrt(squares / (k - 1));
  summary.se = summary.sd / std::sqrt(k);
  return summary;
}

double most_accurate_threshold(std::vector<LabelledScore> scores) {
  std::sort(scores.begin(), scores.end(),
            [](const LabelledScore& a, const LabelledScore& b) { return a.score < b.score; });
  // Relative to accepting everything: rejecting a non-mated score is one more right decision.
  std::int64_t gain = 0;
  std::int64_t best_gain = 0;
  double best = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    gain += scores[i].mated ? -1 : 1;
    const bool tied_with_next = i + 1 < scores.size() && scores[i + 1].score == scores[i].score;
    if (tied_with_next || gain <= best_gain) continue;
    best_gain = gain;
    best = std::nextafter(scores[i].score, std::numeric_limits<double>::infinity());
  }
  return best;
}

std::map<int, double> fold_thresholds(const std::vector<Trial>& trials,
                                      std::span<const double> clean_scores) {
  ROBENCH_ASSERT(trials.size() == clean_scores.size());
  std::map<int, std::vector<LabelledScore>> others;
  for (const Trial& trial : trials)
    if (trial.fold >= 0) others[trial.fold];
  for (auto& [fold, scores] : others)
    for (std::size_t i = 0; i < trials.size(); ++i)
      if (trials[i].fold >= 0 && trials[i].fold != fold && !std::isnan(clean_scores[i]))
        scores.push_back({clean_scores[i], trials[i].mated});
  std::map<int, double> thresholds;
  for (const auto& [fold, scores] : others) thresholds[fold] = most_accurate_threshold(scores);
  return thresholds;
}

}  // namespace robench
