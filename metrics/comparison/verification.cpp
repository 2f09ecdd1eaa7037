// SPDX-License-Identifier: Apache-2.0
// Verification (1:1) under perturbation: ISO/IEC 19795-1's false match and false non-match rates at a
// threshold frozen on the clean condition, and summaries that need no threshold.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "metrics/false_matches.h"
#include "metrics/fold_accuracy.h"
#include "metrics/lfw_folds.h"
#include "metrics/metric.h"
#include "metrics/rate.h"
#include "metrics/reset_threshold.h"
#include "metrics/roc_measures.h"
#include "metrics/scores.h"
#include "models/embedder.h"

namespace robench::metrics {
namespace {

constexpr std::array<double, 3> kTargets = {1e-2, 1e-3, 1e-4};
const std::array<std::string, 3> kTargetNames = {"fnmr@fmr=1e-2", "fnmr@fmr=1e-3", "fnmr@fmr=1e-4"};

constexpr const char* kNoMated =
    "no mated comparison: no known subject has samples from two photographs or sessions";
constexpr const char* kNoNonMated =
    "no non-mated comparison: no two known subjects were photographed in different sessions";

class Verification : public PreparedMetric {
 public:
  explicit Verification(const CleanContext& context)
      : context_(context),
        units_(resampling_units(context.data)),
        bootstrap_(units_.count, context.data.seed),
        false_matches_(context) {
    has_mated_ = std::any_of(trials().begin(), trials().end(), [](const Trial& t) { return t.mated; });
    has_non_mated_ =
        std::any_of(trials().begin(), trials().end(), [](const Trial& t) { return !t.mated; });
    if (has_mated_)
      at_targets_ =
          thresholds_from_data(kTargets, comparison(), context.data, context.clean, &bootstrap_);
    if (context.data.fold_count >= 2)
      fold_thresholds_ =
          fold_thresholds(trials(), trial_scores(comparison(), trials(), context.clean, context.clean));
  }

  std::vector<Measure> evaluate(const Cell& cell) const override {
    std::vector<std::vector<double>> scores;
    for (const EmbeddingTable* table : cell.perturbed)
      scores.push_back(trial_scores(comparison(), trials(), references(context_, *table), *table));
    std::vector<Measure> measures = false_matches_.rates(cell);
    measures.push_back(fnmr("fnmr", context_.threshold, judged(context_.threshold, scores)));
    measures.push_back(generalised_fnmr(judged(context_.threshold, scores)));
    for (std::size_t k = 0; k < kTargets.size(); ++k)
      measures.push_back(fnmr(kTargetNames[k], has_mated_ ? at_targets_[k] : Threshold{},
                              has_mated_ ? judged(at_targets_[k], scores) : JudgedMated{}));
    for (Measure& measure : without_threshold(scores)) measures.push_back(std::move(measure));
    measures.push_back(lfw_accuracy(scores));
    measures.push_back(self_non_match_rate(cell));
    return measures;
  }

 private:
  [[nodiscard]] Comparison comparison() const { return context_.card.comparison; }
  [[nodiscard]] const std::vector<Trial>& trials() const { return context_.data.trials; }
  [[nodiscard]] int unit(std::uint32_t sample) const { return units_.of_sample[sample]; }

  /// "12 of 3000 comparisons left out (a sample was not acquired)".
  static std::string left_out(std::int64_t not_acquired, std::int64_t all) {
    if (not_acquired == 0) return {};
    return fmt::format("{} of {} comparisons left out (a sample was not acquired)", not_acquired, all);
  }

  /// The mated trials at a threshold.
  struct JudgedMated {
    std::array<std::vector<MatedScore>, 2> of_half;  // by the half that is judged
    std::vector<int> failed;  // units of trials with a sample that was not acquired
    std::int64_t not_judged = 0;
  };
  [[nodiscard]] JudgedMated judged(const Threshold& threshold,
                                   const std::vector<std::vector<double>>& scores) const {
    JudgedMated result;
    for (const auto& of_table : scores) {
      for (std::size_t i = 0; i < trials().size(); ++i) {
        const Trial& trial = trials()[i];
        if (!trial.mated) continue;
        const int subject = context_.data.subject[trial.reference];
        if (!threshold.judging(subject, context_.data.subject[trial.probe])) {
          ++result.not_judged;
        } else if (std::isnan(of_table[i])) {
          result.failed.push_back(unit(trial.reference));
        } else {
          const std::size_t half = subject >= 0 ? threshold.half[subject] : 0;
          result.of_half[half].push_back({of_table[i], unit(trial.reference)});
        }
      }
    }
    return result;
  }
  [[nodiscard]] UnitMean non_matches(const Threshold& threshold, const JudgedMated& mated) const {
    UnitMean outcomes(units_.count);
    for (std::size_t half = 0; half < 2; ++half)
      for (const MatedScore& comparison : mated.of_half[half])
        outcomes.add(comparison.unit, comparison.score < threshold.of_half[half] ? 1 : 0);
    return outcomes;
  }

  [[nodiscard]] Measure fnmr(const std::string& name, const Threshold& threshold,
                             const JudgedMated& mated) const {
    if (!has_mated_) return refused(name, "share", Better::lower, kNoMated);
    if (!threshold.available) return refused(name, "share", Better::lower, threshold.reason);
    const UnitMean outcomes = non_matches(threshold, mated);
    const auto failed = std::ssize(mated.failed);
    const std::int64_t all = outcomes.n() + failed + mated.not_judged;
    std::string note = threshold.note;
    note_references(context_, note);
    add_note(note, left_out(failed, all));
    if (mated.not_judged > 0)
      add_note(note,
               fmt::format("{} of {} not judged (no known subject of one half)", mated.not_judged, all));
    if (outcomes.n() == 0)
      return refused(name, "share", Better::lower, "no mated comparison left: " + note);
    if (threshold.replicates_of_half[0].empty())
      return rate_measure(name, Better::lower, outcomes, bootstrap_, std::move(note));

    std::vector<double> replicates(bootstrap_.replicates(), 0.0);
    std::vector<double> counts(bootstrap_.replicates(), 0.0);
    for (std::size_t half = 0; half < 2; ++half)
      add_rejected(mated.of_half[half], threshold.replicates_of_half[half], bootstrap_, replicates);
    for (int u = 0; u < units_.count; ++u)
      if (outcomes.counts()[u] > 0) bootstrap_.add(u, outcomes.counts()[u], counts);
    std::transform(replicates.begin(), replicates.end(), counts.begin(), replicates.begin(),
                   std::divides<>());
    add_note(note, "each resample sets its thresholds anew");
    const int subjects = outcomes.units_with_values();
    return rate_measure(name, Better::lower, outcomes.mean(),
                        {outcomes.n(), subjects, subjects, outcomes.units_with_rarer_outcome()},
                        replicates, variance_of(replicates), std::move(note));
  }

  [[nodiscard]] Measure generalised_fnmr(const JudgedMated& mated) const {
    const std::string name = "generalised_fnmr";
    const Threshold& threshold = context_.threshold;
    if (!has_mated_) return refused(name, "share", Better::lower, kNoMated);
    if (!threshold.available) return refused(name, "share", Better::lower, threshold.reason);
    UnitMean outcomes = non_matches(threshold, mated);
    for (const int unit : mated.failed) outcomes.add(unit, 1);
    if (outcomes.n() == 0)
      return refused(name, "share", Better::lower, "no mated comparison of known subjects of one half");
    std::string note = fmt::format("{} of {} comparisons failed to be made and count as non-matches",
                                   mated.failed.size(), outcomes.n());
    add_note(note, threshold.note);
    note_references(context_, note);
    return rate_measure(name, Better::lower, outcomes, bootstrap_, std::move(note));
  }

  [[nodiscard]] std::vector<Measure> without_threshold(
      const std::vector<std::vector<double>>& scores) const {
    if (!has_mated_) return refused_roc_measures(kNoMated);
    if (!has_non_mated_) return refused_roc_measures(kNoNonMated);
    std::vector<ScoredTrial> scored;
    std::int64_t mated = 0;
    for (const auto& of_table : scores) {
      for (std::size_t i = 0; i < trials().size(); ++i) {
        const Trial& trial = trials()[i];
        if (std::isnan(of_table[i])) continue;
        scored.push_back({of_table[i], trial.mated, unit(trial.reference), unit(trial.probe)});
        mated += trial.mated ? 1 : 0;
      }
    }
    const auto all = static_cast<std::int64_t>(trials().size() * scores.size());
    std::string excluded = left_out(all - std::ssize(scored), all);
    note_references(context_, excluded);
    if (mated == 0 || mated == std::ssize(scored))
      return refused_roc_measures("no mated or no non-mated comparison left: " + excluded);
    return roc_measures(std::move(scored), bootstrap_, excluded);
  }

  [[nodiscard]] Measure lfw_accuracy(const std::vector<std::vector<double>>& scores) const {
    if (fold_thresholds_.empty())
      return refused("lfw_accuracy", "share", Better::higher,
                     context_.data.fold_count == 1 ? "one fold only: no other folds to set its threshold"
                                                   : "the data lists no pairs in folds");
    std::vector<FoldOutcome> outcomes;
    std::int64_t not_acquired = 0;
    for (const auto& of_table : scores) {
      for (std::size_t i = 0; i < trials().size(); ++i) {
        const Trial& trial = trials()[i];
        if (trial.fold < 0) continue;
        if (std::isnan(of_table[i])) {
          ++not_acquired;
          continue;
        }
        const bool accepted = of_table[i] >= fold_thresholds_.at(trial.fold);
        outcomes.push_back(
            {trial.fold, unit(trial.reference), unit(trial.probe), accepted == trial.mated});
      }
    }
    std::string excluded;
    note_references(context_, excluded);
    add_note(excluded, left_out(not_acquired, not_acquired + std::ssize(outcomes)));
    return fold_accuracy(outcomes, bootstrap_, "threshold of each fold from the clean other folds",
                         excluded);
  }

  [[nodiscard]] Measure self_non_match_rate(const Cell& cell) const {
    const std::string name = "self_non_match_rate";
    const ModelCard& card = context_.card;
    if (!card.threshold)
      return refused(name, "share", Better::lower,
                     fmt::format("the card of '{}' gives no threshold", card.name));
    UnitMean non_matches(units_.count);
    const int dim = static_cast<int>(context_.clean.vectors.cols());
    for (const EmbeddingTable* table : cell.perturbed)
      for (std::uint32_t i = 0; i < context_.data.samples.size(); ++i)
        if (context_.clean.ok(i) && table->ok(i))
          non_matches.add(unit(i), similarity(comparison(), context_.clean.vectors.row(i).data(),
                                              table->vectors.row(i).data(), dim) < *card.threshold
                                       ? 1
                                       : 0);
    if (non_matches.n() == 0)
      return refused(name, "share", Better::lower, "no sample was acquired both clean and perturbed");
    std::string note = fmt::format(
        "each sample against its own perturbed picture at the card's threshold {:.6g}{}; not "
        "an FNMR",
        *card.threshold, card.threshold_source.empty() ? "" : " (" + card.threshold_source + ")");
    return rate_measure(name, Better::lower, non_matches, bootstrap_, std::move(note));
  }

  CleanContext context_;
  ResamplingUnits units_;
  SubjectBootstrap bootstrap_;
  FalseMatches false_matches_;
  bool has_mated_ = false;
  bool has_non_mated_ = false;
  std::vector<Threshold> at_targets_;  // one per kTargets; empty without mated trials
  std::map<int, double> fold_thresholds_;
};

}  // namespace

MetricSpec verification() {
  MetricSpec spec;
  spec.name = "verification";
  spec.summary = "false matches and false non-matches at one frozen clean threshold; EER, AUC, folds";
  spec.measures = {
      {"fmr", "share", Better::lower, "false match rate at the frozen clean threshold"},
      {"generalised_fmr", "share", Better::lower,
       "the same, comparisons that could not be made counted as non-matches"},
      {"fnmr", "share", Better::lower, "false non-match rate at the frozen clean threshold"},
      {"generalised_fnmr", "share", Better::lower,
       "the same, comparisons that could not be made counted as non-matches"},
      {"fnmr@fmr=1e-2", "share", Better::lower, "false non-match rate where the clean FMR is 1e-2"},
      {"fnmr@fmr=1e-3", "share", Better::lower, "false non-match rate where the clean FMR is 1e-3"},
      {"fnmr@fmr=1e-4", "share", Better::lower, "false non-match rate where the clean FMR is 1e-4"},
      {"eer", "share", Better::lower, "equal error rate of this condition's own scores"},
      {"eer_rocch", "share", Better::lower, "the same on the convex hull of the ROC curve"},
      {"auc", "share", Better::higher, "area under the ROC curve"},
      {"partial_auc@fmr=1e-2", "1", Better::higher,
       "area under the ROC curve up to an FMR of 1e-2, normalised; chance is 0.5"},
      {"d_prime", "1", Better::higher, "separation of mated and non-mated scores"},
      {"lfw_accuracy", "share", Better::higher, "fold accuracy, thresholds from the clean other folds"},
      {"self_non_match_rate", "share", Better::lower,
       "samples that their own perturbed picture no longer matches at the card's threshold"},
  };
  spec.prepare = [](const CleanContext& context) { return std::make_unique<Verification>(context); };
  return spec;
}

}  // namespace robench::metrics
