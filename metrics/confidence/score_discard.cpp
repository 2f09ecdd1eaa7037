// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/score_discard.h"

#include <fmt/format.h>

#include "metrics/confidence/discard_curve.h"
#include "metrics/rate.h"
#include "perturb/error.h"

namespace robench {
namespace {

std::vector<DiscardTrial> discard_trials(const ScoreTable& table, bool mated, double threshold) {
  std::vector<DiscardTrial> trials;
  for (std::size_t i = 0; i < table.trials.size(); ++i) {
    const ScoredTrial& trial = table.trials[i];
    if (trial.mated != mated) continue;
    const bool accepted = trial.score >= threshold;
    trials.push_back({table.quality[i], accepted != mated, trial.unit_a, trial.unit_b});
  }
  return trials;
}

}  // namespace

std::vector<Measure> discard_measures(const ScoreTable& table, std::optional<double> threshold,
                                      const std::string& no_threshold,
                                      const SubjectBootstrap& bootstrap) {
  ROBENCH_ASSERT(table.quality.size() == table.trials.size());
  std::vector<Measure> measures;
  for (const bool mated : {true, false}) {
    const std::vector<DiscardTrial> trials =
        threshold ? discard_trials(table, mated, *threshold) : std::vector<DiscardTrial>();
    const DiscardSummary summary = discard_summary(trials, bootstrap, mated ? "fnmr" : "fmr");
    for (Measure measure : {summary.area, summary.ratio, summary.gained}) {
      if (threshold)
        add_note(measure.note, fmt::format("threshold {:.6g}", table.sign * *threshold));
      else
        measure.note = no_threshold;
      add_note(measure.note, table.units_note);
      measures.push_back(std::move(measure));
    }
  }
  return measures;
}

}  // namespace robench
