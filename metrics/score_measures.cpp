// SPDX-License-Identifier: Apache-2.0
#include "metrics/score_measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "metrics/confidence/score_discard.h"
#include "metrics/fold_accuracy.h"
#include "metrics/lfw_folds.h"
#include "metrics/rate.h"
#include "metrics/roc_measures.h"
#include "metrics/score_thresholds.h"
#include "metrics/wilson.h"

namespace robench {
namespace {

class Scores {
 public:
  Scores(const ScoreTable& table, const ScoreOptions& options)
      : table_(table),
        options_(options),
        bootstrap_(table.units, options.seed, score_replicates(table.trials.size())),
        thresholds_(table, bootstrap_) {
    for (const ScoredTrial& trial : table.trials)
      if (trial.mated) mated_.push_back({trial.score, trial.unit_a});
  }

  [[nodiscard]] std::vector<Measure> all() const {
    std::vector<Measure> measures = {fmr(), fnmr()};
    for (const double target : options_.targets) measures.push_back(fnmr_at(target));
    const auto curve =
        of_curve(options_.threshold ? options_.threshold : thresholds_.at(kDiscardTarget));
    measures.insert(measures.end(), curve.begin(), curve.end());
    return measures;
  }

  [[nodiscard]] std::vector<Measure> of_curve(std::optional<double> discard_threshold) const {
    std::vector<Measure> measures =
        mated_.empty() || thresholds_.tail().empty()
            ? refused_roc_measures(mated_.empty() ? "no mated scores" : "no non-mated scores")
            : roc_measures(table_.trials, bootstrap_, table_.units_note);
    measures.push_back(folds());
    if (table_.quality.empty()) return measures;
    const auto discard =
        discard_measures(table_, discard_threshold, thresholds_.budget_text(kDiscardTarget), bootstrap_);
    measures.insert(measures.end(), discard.begin(), discard.end());
    return measures;
  }

 private:
  static Measure refuse(const std::string& name, std::string reason) {
    return refused(name, "share", Better::lower, std::move(reason));
  }
  [[nodiscard]] std::string noted(std::string note) const {
    add_note(note, table_.units_note);
    return note;
  }
  [[nodiscard]] std::string threshold_note() const {
    return noted(fmt::format("threshold {:.6g} as given", thresholds_.as_given(*options_.threshold)));
  }

  [[nodiscard]] Measure fmr() const {
    if (!options_.threshold) return refuse("fmr", "no threshold was given");
    if (thresholds_.tail().empty()) return refuse("fmr", "no non-mated scores");
    std::vector<std::pair<int, int>> between;
    std::vector<std::pair<int, int>> errors;
    UnitMean within(table_.units);
    std::int64_t accepted = 0;
    for (const TailScore& score : thresholds_.tail()) {
      const bool error = score.score >= *options_.threshold;
      accepted += error ? 1 : 0;
      if (score.unit_a == score.unit_b) {
        within.add(score.unit_a, error ? 1 : 0);
        continue;
      }
      between.emplace_back(score.unit_a, score.unit_b);
      if (error) errors.emplace_back(score.unit_a, score.unit_b);
    }
    if (between.empty())  // no subjects are known: units are of one comparison, or blocks of them
      return rate_measure("fmr", Better::lower, within, bootstrap_, threshold_note());
    const ComparisonSpread spread = spread_of(between, table_.units);
    const auto units = static_cast<int>(std::ssize(spread.of_unit) -
                                        std::count(spread.of_unit.begin(), spread.of_unit.end(), 0));
    const auto n = static_cast<double>(thresholds_.tail().size());
    return wilson_measure("fmr", Better::lower, static_cast<double>(accepted) / n,
                          {std::ssize(thresholds_.tail()), units, units / 2},
                          two_subject_variance(errors, spread), threshold_note());
  }

  [[nodiscard]] UnitMean non_matches(double threshold) const {
    UnitMean outcomes(table_.units);
    for (const MatedScore& score : mated_) outcomes.add(score.unit, score.score < threshold ? 1 : 0);
    return outcomes;
  }

  [[nodiscard]] Measure fnmr() const {
    if (!options_.threshold) return refuse("fnmr", "no threshold was given");
    if (mated_.empty()) return refuse("fnmr", "no mated scores");
    return rate_measure("fnmr", Better::lower, non_matches(*options_.threshold), bootstrap_,
                        threshold_note());
  }

  [[nodiscard]] Measure fnmr_at(double target) const {
    const std::string name = "fnmr@fmr=" + fmr_text(target);
    if (mated_.empty()) return refuse(name, "no mated scores");
    const auto threshold = thresholds_.at(target);
    if (!threshold) return refuse(name, thresholds_.budget_text(target));
    const UnitMean outcomes = non_matches(*threshold);
    std::vector<double> replicates(bootstrap_.replicates(), 0.0);
    add_rejected(mated_, thresholds_.replicates(target), bootstrap_, replicates);
    std::vector<double> counts(bootstrap_.replicates(), 0.0);
    for (int u = 0; u < table_.units; ++u)
      if (outcomes.counts()[u] > 0) bootstrap_.add(u, outcomes.counts()[u], counts);
    std::transform(replicates.begin(), replicates.end(), counts.begin(), replicates.begin(),
                   std::divides<>());
    const int units = outcomes.units_with_values();
    return rate_measure(name, Better::lower, outcomes.mean(),
                        {outcomes.n(), units, units, outcomes.units_with_rarer_outcome()}, replicates,
                        variance_of(replicates),
                        noted(thresholds_.note(target) + "; each resample sets its own"));
  }

  [[nodiscard]] Measure folds() const {
    if (table_.folds.empty())
      return refused("lfw_accuracy", "share", Better::higher, "the scores name no folds");
    std::vector<Trial> trials(table_.trials.size());
    std::vector<double> scores(table_.trials.size());
    for (std::size_t i = 0; i < trials.size(); ++i) {
      trials[i].mated = table_.trials[i].mated;
      trials[i].fold = table_.folds[i];
      scores[i] = table_.trials[i].score;
    }
    const auto thresholds = fold_thresholds(trials, scores);
    std::vector<FoldOutcome> outcomes;
    for (std::size_t i = 0; i < trials.size(); ++i) {
      if (trials[i].fold < 0) continue;
      const bool accepted = scores[i] >= thresholds.at(trials[i].fold);
      outcomes.push_back({trials[i].fold, table_.trials[i].unit_a, table_.trials[i].unit_b,
                          accepted == trials[i].mated});
    }
    return fold_accuracy(outcomes, bootstrap_, "threshold of each fold from the other folds",
                         table_.units_note);
  }

  const ScoreTable& table_;
  const ScoreOptions& options_;
  SubjectBootstrap bootstrap_;
  ScoreThresholds thresholds_;
  std::vector<MatedScore> mated_;
};

}  // namespace

int score_replicates(std::size_t trials) {
  constexpr std::size_t kManyTrials = 1'000'000;
  constexpr int kFewReplicates = 200;
  return trials > kManyTrials ? kFewReplicates : SubjectBootstrap::kReplicates;
}

std::vector<Measure> score_measures(const ScoreTable& table, const ScoreOptions& options) {
  return Scores(table, options).all();
}

std::vector<Measure> curve_measures(const ScoreTable& table, const ScoreOptions& options) {
  return Scores(table, options).of_curve(options.threshold);
}

}  // namespace robench
