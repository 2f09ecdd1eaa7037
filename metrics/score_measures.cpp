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
#include "metrics/reset_threshold.h"
#include "metrics/roc_measures.h"
#include "metrics/wilson.h"

namespace robench {
namespace {

constexpr std::array<double, 3> kTargets = {1e-2, 1e-3, 1e-4};
constexpr std::array<const char*, 3> kTargetNames = {"fnmr@fmr=1e-2", "fnmr@fmr=1e-3", "fnmr@fmr=1e-4"};
constexpr double kDiscardTarget = 1e-3;  // FMR at which discarding is judged, unless told otherwise
constexpr double kBudgetToTrust = 30;    // as in metrics/threshold.cpp
/// Millions of scores are resampled less often: the ends of an interval then move by a tenth of its
/// length.
constexpr std::size_t kManyTrials = 1'000'000;
constexpr int kFewReplicates = 200;

class Scores {
 public:
  Scores(const ScoreTable& table, const ScoreOptions& options)
      : table_(table),
        options_(options),
        bootstrap_(table.units, options.seed,
                   table.trials.size() > kManyTrials ? kFewReplicates : SubjectBootstrap::kReplicates) {
    for (const ScoredTrial& trial : table.trials) {
      if (trial.mated)
        mated_.push_back({trial.score, trial.unit_a});
      else
        tail_.push_back({trial.score, trial.unit_a, trial.unit_b});
    }
    std::sort(tail_.begin(), tail_.end(), [](const TailScore& a, const TailScore& b) {
      return std::tuple(-a.score, a.unit_a, a.unit_b) < std::tuple(-b.score, b.unit_a, b.unit_b);
    });
    ComparisonSet non_mated;
    for (const TailScore& score : tail_) non_mated.add(score.unit_a, score.unit_b);
    non_mated_weights_ = non_mated.weights(bootstrap_);
  }

  [[nodiscard]] std::vector<Measure> all() const {
    std::vector<Measure> measures = {fmr(), fnmr()};
    for (std::size_t k = 0; k < kTargets.size(); ++k)
      measures.push_back(fnmr_at(kTargetNames[k], kTargets[k]));
    const auto curve =
        mated_.empty() || tail_.empty()
            ? refused_roc_measures(mated_.empty() ? "no mated scores" : "no non-mated scores")
            : roc_measures(table_.trials, bootstrap_, table_.units_note);
    measures.insert(measures.end(), curve.begin(), curve.end());
    measures.push_back(folds());
    if (table_.quality.empty()) return measures;
    const auto threshold = options_.threshold ? options_.threshold : threshold_at(kDiscardTarget);
    const auto discard = discard_measures(table_, threshold, budget_text(kDiscardTarget), bootstrap_);
    measures.insert(measures.end(), discard.begin(), discard.end());
    return measures;
  }

 private:
  static Measure refuse(const char* name, std::string reason) {
    return refused(name, "share", Better::lower, std::move(reason));
  }
  [[nodiscard]] std::string noted(std::string note) const {
    add_note(note, table_.units_note);
    return note;
  }
  [[nodiscard]] std::string threshold_note() const {
    return noted(fmt::format("threshold {:.6g} as given", *options_.threshold));
  }

  [[nodiscard]] Measure fmr() const {
    if (!options_.threshold) return refuse("fmr", "no threshold was given");
    if (tail_.empty()) return refuse("fmr", "no non-mated scores");
    std::vector<std::pair<int, int>> between;
    std::vector<std::pair<int, int>> errors;
    UnitMean within(table_.units);
    std::int64_t accepted = 0;
    for (const TailScore& score : tail_) {
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
    const auto n = static_cast<double>(tail_.size());
    return wilson_measure("fmr", Better::lower, static_cast<double>(accepted) / n,
                          {std::ssize(tail_), units, units / 2}, two_subject_variance(errors, spread),
                          threshold_note());
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

  /// Of the weights of non-mated scores, where the highest `errors` of them are accepted.
  [[nodiscard]] double scale_of(std::size_t errors) const {
    std::vector<std::pair<int, int>> pairs;
    for (const TailScore& score : tail_) {
      if (score.unit_a == score.unit_b) return 1;  // no subjects are known
      pairs.emplace_back(score.unit_a, score.unit_b);
    }
    return product_weight_scale(std::span(pairs).first(errors), spread_of(pairs, table_.units));
  }

  [[nodiscard]] double budget_of(double target) const {
    return target * static_cast<double>(tail_.size());
  }
  [[nodiscard]] std::string budget_text(double target) const {
    return fmt::format("{} non-mated scores give a false-accept budget of {:.3g}, below 1", tail_.size(),
                       budget_of(target));
  }
  [[nodiscard]] std::size_t allowed_at(double target) const {
    return static_cast<std::size_t>(budget_of(target) * (1 + 1e-12));
  }
  /// Just above the first non-mated score that must be rejected; none where none may be accepted.
  [[nodiscard]] std::optional<double> threshold_at(double target) const {
    const std::size_t allowed = allowed_at(target);
    if (allowed < 1) return std::nullopt;
    return std::nextafter(tail_[allowed].score, std::numeric_limits<double>::infinity());
  }

  [[nodiscard]] Measure fnmr_at(const char* name, double target) const {
    if (mated_.empty()) return refuse(name, "no mated scores");
    const auto set = threshold_at(target);
    if (!set) return refuse(name, budget_text(target));
    const double threshold = *set;
    const double budget = budget_of(target);
    const std::size_t allowed = allowed_at(target);
    const UnitMean outcomes = non_matches(threshold);
    std::vector<double> replicates(bootstrap_.replicates(), 0.0);
    const double scale = scale_of(allowed);
    std::vector<double> weights = non_mated_weights_;
    for (double& weight : weights)
      weight = (1 - scale) * static_cast<double>(tail_.size()) + scale * weight;
    add_rejected(mated_, threshold_replicates(tail_, weights, target, bootstrap_, scale), bootstrap_,
                 replicates);
    std::vector<double> counts(bootstrap_.replicates(), 0.0);
    for (int u = 0; u < table_.units; ++u)
      if (outcomes.counts()[u] > 0) bootstrap_.add(u, outcomes.counts()[u], counts);
    std::transform(replicates.begin(), replicates.end(), counts.begin(), replicates.begin(),
                   std::divides<>());
    const int units = outcomes.units_with_values();
    return rate_measure(
        name, Better::lower, outcomes.mean(),
        {outcomes.n(), units, units, outcomes.units_with_rarer_outcome()}, replicates,
        variance_of(replicates),
        noted(
            fmt::format("threshold {:.6g} from {} non-mated scores, false-accept budget {:.4g}{}; each "
                        "resample sets its own",
                        threshold, tail_.size(), budget,
                        budget < kBudgetToTrust ? " (below 30: the threshold is uncertain)" : "")));
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
  std::vector<MatedScore> mated_;
  std::vector<TailScore> tail_;            // all non-mated scores, descending
  std::vector<double> non_mated_weights_;  // of all of them, in each replicate
};

}  // namespace

std::vector<Measure> score_measures(const ScoreTable& table, const ScoreOptions& options) {
  return Scores(table, options).all();
}

}  // namespace robench
