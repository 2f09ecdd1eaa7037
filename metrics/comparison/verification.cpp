// SPDX-License-Identifier: Apache-2.0
// Verification (1:1) under perturbation: ISO/IEC 19795-1's false match and false non-match rates at a
// threshold frozen on the clean condition, and summaries that need no threshold.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "metrics/false_matches.h"
#include "metrics/lfw_folds.h"
#include "metrics/metric.h"
#include "metrics/rate.h"
#include "metrics/roc.h"
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
      at_targets_ = thresholds_from_data(kTargets, comparison(), context.data, context.clean);
    if (context.data.fold_count >= 2)
      fold_thresholds_ =
          fold_thresholds(trials(), trial_scores(comparison(), trials(), context.clean, context.clean));
  }

  std::vector<Measure> evaluate(const Cell& cell) const override {
    std::vector<std::vector<double>> scores;
    for (const EmbeddingTable* table : cell.perturbed)
      scores.push_back(trial_scores(comparison(), trials(), references(context_, *table), *table));
    std::vector<Measure> measures;
    measures.push_back(false_matches_.fmr(cell, bootstrap_));
    measures.push_back(fnmr("fnmr", context_.threshold, scores));
    for (std::size_t k = 0; k < kTargets.size(); ++k)
      measures.push_back(fnmr(kTargetNames[k], has_mated_ ? at_targets_[k] : Threshold{}, scores));
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

  [[nodiscard]] Measure fnmr(const std::string& name, const Threshold& threshold,
                             const std::vector<std::vector<double>>& scores) const {
    if (!has_mated_) return refused(name, "share", Better::lower, kNoMated);
    if (!threshold.available) return refused(name, "share", Better::lower, threshold.reason);
    UnitMean non_matches(units_.count);
    std::int64_t not_acquired = 0;
    std::int64_t not_judged = 0;
    for (const auto& of_table : scores) {
      for (std::size_t i = 0; i < trials().size(); ++i) {
        const Trial& trial = trials()[i];
        if (!trial.mated) continue;
        const auto judging = threshold.judging(context_.data.subject[trial.reference],
                                               context_.data.subject[trial.probe]);
        if (std::isnan(of_table[i]))
          ++not_acquired;
        else if (!judging)
          ++not_judged;
        else
          non_matches.add(unit(trial.reference), of_table[i] < *judging ? 1 : 0);
      }
    }
    const std::int64_t all = non_matches.n() + not_acquired + not_judged;
    std::string note = threshold.note;
    note_references(context_, note);
    add_note(note, left_out(not_acquired, all));
    if (not_judged > 0)
      add_note(note, fmt::format("{} of {} not judged (no known subject of one half)", not_judged, all));
    if (non_matches.n() == 0)
      return refused(name, "share", Better::lower, "no mated comparison left: " + note);
    return rate_measure(name, Better::lower, non_matches, bootstrap_, std::move(note));
  }

  [[nodiscard]] std::vector<Measure> without_threshold(
      const std::vector<std::vector<double>>& scores) const {
    const auto all_refused = [](const std::string& reason) {
      return std::vector{refused("eer", "share", Better::lower, reason),
                         refused("auc", "share", Better::higher, reason),
                         refused("d_prime", "1", Better::higher, reason)};
    };
    if (!has_mated_) return all_refused(kNoMated);
    if (!has_non_mated_) return all_refused(kNoNonMated);

    std::vector<ScoredTrial> scored;
    std::set<int> mated_units;
    std::set<int> non_mated_units;
    for (const auto& of_table : scores) {
      for (std::size_t i = 0; i < trials().size(); ++i) {
        const Trial& trial = trials()[i];
        if (std::isnan(of_table[i])) continue;
        scored.push_back({of_table[i], trial.mated, unit(trial.reference), unit(trial.probe)});
        auto& seen = trial.mated ? mated_units : non_mated_units;
        seen.insert({unit(trial.reference), unit(trial.probe)});
      }
    }
    const auto all = static_cast<std::int64_t>(trials().size() * scores.size());
    std::string excluded = left_out(all - std::ssize(scored), all);
    note_references(context_, excluded);
    if (mated_units.empty() || non_mated_units.empty())
      return all_refused("no mated or no non-mated comparison left: " + excluded);

    const Evidence evidence{std::ssize(scored),
                            static_cast<int>(std::min(mated_units.size(), non_mated_units.size())),
                            static_cast<int>(std::min(mated_units.size(), non_mated_units.size() / 2))};
    return roc_measures(std::move(scored), evidence, excluded);
  }

  [[nodiscard]] std::vector<Measure> roc_measures(std::vector<ScoredTrial> scored,
                                                  const Evidence& evidence,
                                                  const std::string& excluded) const {
    sort_by_score(scored);
    const RocSummary summary = roc_summary(scored);
    const bool enough = evidence.subjects >= SubjectBootstrap::kMinSubjects;
    const RocIntervals intervals = enough ? roc_intervals(scored, bootstrap_) : RocIntervals{};

    std::string eer_note = "midpoint of the FVC2000 interval, mated and non-mated trials";
    add_note(eer_note, excluded);
    Measure eer = rate_measure(
        "eer", Better::lower, summary.eer, evidence, [&] { return intervals.eer; }, std::move(eer_note));

    Measure auc{"auc", summary.auc, "share", evidence.n, intervals.auc, Better::higher, excluded};
    if (!enough) {
      add_note(auc.note, too_few_subjects(evidence.subjects));
    } else if (summary.auc == 1 || summary.auc == 0) {
      auc.ci95 = std::nullopt;  // a resampled 1 is always 1
      add_note(auc.note, "no interval: mated and non-mated scores do not overlap");
    }

    if (std::isnan(summary.d_prime))
      return {std::move(eer), std::move(auc),
              refused("d_prime", "1", Better::higher,
                      "all mated scores are equal, and so are all non-mated")};
    Measure d_prime{"d_prime",         summary.d_prime, "1",     evidence.n,
                    intervals.d_prime, Better::higher,  excluded};
    if (!enough) add_note(d_prime.note, too_few_subjects(evidence.subjects));
    return {std::move(eer), std::move(auc), std::move(d_prime)};
  }

  [[nodiscard]] Measure lfw_accuracy(const std::vector<std::vector<double>>& scores) const {
    const auto refuse = [](std::string reason) {
      return refused("lfw_accuracy", "share", Better::higher, std::move(reason));
    };
    if (fold_thresholds_.empty())
      return refuse(context_.data.fold_count == 1 ? "one fold only: no other folds to set its threshold"
                                                  : "the data lists no pairs in folds");
    struct Fold {
      ComparisonSet right;
      ComparisonSet all;
    };
    std::map<int, Fold> folds;
    std::set<int> subjects;
    std::int64_t not_acquired = 0;
    for (const auto& of_table : scores) {
      for (std::size_t i = 0; i < trials().size(); ++i) {
        const Trial& trial = trials()[i];
        if (trial.fold < 0) continue;
        if (std::isnan(of_table[i])) {
          ++not_acquired;
          continue;
        }
        Fold& fold = folds[trial.fold];
        const int a = unit(trial.reference);
        const int b = unit(trial.probe);
        subjects.insert({a, b});
        fold.all.add(a, b);
        if ((of_table[i] >= fold_thresholds_.at(trial.fold)) == trial.mated) fold.right.add(a, b);
      }
    }
    if (folds.size() < 2) return refuse("fewer than two folds hold pairs of acquired samples");

    std::vector<double> accuracies;
    std::vector<double> replicates(bootstrap_.replicates(), 0.0);
    std::int64_t n = 0;
    for (const auto& [number, fold] : folds) {
      accuracies.push_back(static_cast<double>(fold.right.size()) /
                           static_cast<double>(fold.all.size()));
      n += fold.all.size();
      const auto right = fold.right.weights(bootstrap_);
      const auto all = fold.all.weights(bootstrap_);
      for (std::size_t r = 0; r < replicates.size(); ++r)
        replicates[r] += right[r] / all[r] / static_cast<double>(folds.size());
    }
    const FoldSummary summary = summarise_folds(accuracies);
    std::string note = fmt::format(
        "mean over {} folds, SD {:.4f}, SE {:.4f} (divisor k - 1); threshold of each fold from the "
        "clean "
        "other folds",
        folds.size(), summary.sd, summary.se);
    note_references(context_, note);
    add_note(note, left_out(not_acquired, not_acquired + n));
    const int count = static_cast<int>(subjects.size());
    return rate_measure(
        "lfw_accuracy", Better::higher, summary.mean, {n, count, count / 2},
        [&] { return percentile_interval(replicates); }, std::move(note));
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
      {"fnmr", "share", Better::lower, "false non-match rate at the frozen clean threshold"},
      {"fnmr@fmr=1e-2", "share", Better::lower, "false non-match rate where the clean FMR is 1e-2"},
      {"fnmr@fmr=1e-3", "share", Better::lower, "false non-match rate where the clean FMR is 1e-3"},
      {"fnmr@fmr=1e-4", "share", Better::lower, "false non-match rate where the clean FMR is 1e-4"},
      {"eer", "share", Better::lower, "equal error rate of this condition's own scores"},
      {"auc", "share", Better::higher, "area under the ROC curve"},
      {"d_prime", "1", Better::higher, "separation of mated and non-mated scores"},
      {"lfw_accuracy", "share", Better::higher, "fold accuracy, thresholds from the clean other folds"},
      {"self_non_match_rate", "share", Better::lower,
       "samples that their own perturbed picture no longer matches at the card's threshold"},
  };
  spec.prepare = [](const CleanContext& context) { return std::make_unique<Verification>(context); };
  return spec;
}

}  // namespace robench::metrics
