// SPDX-License-Identifier: Apache-2.0
#include "metrics/fold_accuracy.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "metrics/lfw_folds.h"
#include "metrics/rate.h"

namespace robench {

Measure fold_accuracy(const std::vector<FoldOutcome>& outcomes, const SubjectBootstrap& bootstrap,
                      const std::string& threshold_rule, const std::string& excluded) {
  struct Fold {
    ComparisonSet right;
    ComparisonSet all;
  };
  std::map<int, Fold> folds;
  std::set<int> subjects;
  std::int64_t wrong = 0;
  for (const FoldOutcome& outcome : outcomes) {
    Fold& fold = folds[outcome.fold];
    subjects.insert({outcome.unit_a, outcome.unit_b});
    fold.all.add(outcome.unit_a, outcome.unit_b);
    if (outcome.right)
      fold.right.add(outcome.unit_a, outcome.unit_b);
    else
      ++wrong;
  }
  if (folds.size() < 2)
    return refused("lfw_accuracy", "share", Better::higher,
                   "fewer than two folds hold pairs of acquired samples");

  std::vector<double> accuracies;
  std::vector<double> replicates(bootstrap.replicates(), 0.0);
  for (const auto& [number, fold] : folds) {
    accuracies.push_back(static_cast<double>(fold.right.size()) / static_cast<double>(fold.all.size()));
    const auto right = fold.right.weights(bootstrap);
    const auto all = fold.all.weights(bootstrap);
    for (std::size_t r = 0; r < replicates.size(); ++r)
      replicates[r] += right[r] / all[r] / static_cast<double>(folds.size());
  }
  const FoldSummary summary = summarise_folds(accuracies);
  std::string note = fmt::format("mean over {} folds, SD {:.4f}, SE {:.4f} (divisor k - 1); {}",
                                 folds.size(), summary.sd, summary.se, threshold_rule);
  add_note(note, excluded);
  const int count = static_cast<int>(subjects.size());
  const auto n = std::ssize(outcomes);
  return rate_measure("lfw_accuracy", Better::higher, summary.mean,
                      {n, count, count / 2, std::min(wrong, n - wrong)}, replicates,
                      variance_of(replicates), std::move(note));
}

}  // namespace robench
