// SPDX-License-Identifier: Apache-2.0
// Verification against templates: what enrolling several photographs of a person is worth. A subject's
// clean samples are averaged into one template, without those of the probe's own photograph or session.
#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "metrics/metric.h"
#include "metrics/rate.h"
#include "metrics/template_scores.h"
#include "metrics/wilson.h"

namespace robench::metrics {
namespace {

/// FMR of the templates' own threshold where the suite's threshold is not set by the data.
constexpr double kDefaultFmr = 1e-2;

class TemplateVerification : public PreparedMetric {
 public:
  explicit TemplateVerification(const CleanContext& context)
      : context_(context),
        templates_(context.card.comparison, context.data, context.clean),
        bootstrap_(context.data.subject_count, context.data.seed) {
    const double asked = context.threshold.target_fmr;
    target_ = asked > 0 ? asked : kDefaultFmr;
    half_ = subject_halves(context.data);
    const std::array<HighScores, 2> clean = high_scores(context.clean, target_);
    budget_ = target_ * static_cast<double>(std::min(clean[0].count(), clean[1].count()));
    if (budget_ < 1) return;
    for (std::size_t h = 0; h < 2; ++h) threshold_[h] = clean[1 - h].threshold(target_);
  }

  std::vector<Measure> evaluate(const Cell& cell) const override {
    if (context_.data.apply_to == ApplyTo::both)
      return all_refused("references are perturbed like the probes: there is no clean template");
    if (budget_ < 1)
      return all_refused(
          fmt::format("clean comparisons with templates give a false-accept budget of {:.3g} "
                      "at FMR {}, below 1",
                      budget_, target_));
    Tally tally(context_.data.subject_count);
    for (const EmbeddingTable* table : cell.perturbed) judge(*table, tally);
    std::string note = fmt::format(
        "mean clean template of each subject without the probe's own session; threshold {:.6g} and "
        "{:.6g} "
        "(cross-fitted over halves of the subjects) from its own clean FMR {}, false-accept budget "
        "{:.4g}{}",
        threshold_[0], threshold_[1], target_, budget_,
        budget_ < 30 ? " (below 30: the threshold is uncertain)" : "");
    return {tally.fnmr.n() == 0
                ? refused("template_fnmr", "share", Better::lower,
                          "no subject has clean samples of another session than the probe's")
                : rate_measure("template_fnmr", Better::lower, tally.fnmr, bootstrap_, note),
            fmr(tally, note)};
  }

 private:
  struct Tally {
    explicit Tally(int subjects) : fnmr(subjects), probes(subjects, 0.0) {
      spread.of_unit.assign(subjects, 0);
    }
    UnitMean fnmr;
    std::vector<std::pair<int, int>> errors;
    ComparisonSpread spread;
    std::vector<double> probes;  // of each subject
  };

  static std::vector<Measure> all_refused(const std::string& reason) {
    return {refused("template_fnmr", "share", Better::lower, reason),
            refused("template_fmr", "share", Better::lower, reason)};
  }

  [[nodiscard]] bool same_half(int a, int b) const { return half_[a] == half_[b]; }

  /// Clean non-mated scores within each half.
  [[nodiscard]] std::array<HighScores, 2> high_scores(const EmbeddingTable& probes,
                                                      double target) const {
    const auto most = static_cast<std::int64_t>(probes.size()) * context_.data.subject_count;
    std::array<HighScores, 2> high = {HighScores(most, target), HighScores(most, target)};
    templates_.score(probes, [&](const TemplateScore& score) {
      if (score.probe_subject != score.template_subject &&
          same_half(score.probe_subject, score.template_subject))
        high[half_[score.probe_subject]].offer(score.score);
    });
    return high;
  }

  void judge(const EmbeddingTable& probes, Tally& tally) const {
    templates_.score(probes, [&](const TemplateScore& score) {
      const int a = score.probe_subject;
      const int b = score.template_subject;
      if (!same_half(a, b)) return;
      const bool accepted = score.score >= threshold_[half_[a]];
      if (a == b) {
        tally.fnmr.add(a, accepted ? 0 : 1);
        return;
      }
      ++tally.spread.count;
      ++tally.spread.of_unit[a];
      ++tally.spread.of_unit[b];
      if (accepted) tally.errors.emplace_back(a, b);
    });
    for (std::uint32_t i = 0; i < probes.size(); ++i)
      if (context_.data.subject[i] >= 0 && probes.ok(i)) ++tally.probes[context_.data.subject[i]];
  }

  [[nodiscard]] Measure fmr(Tally& tally, const std::string& note) const {
    if (tally.spread.count == 0)
      return refused("template_fmr", "share", Better::lower,
                     "no probe and template of different subjects");
    // Every probe of a meets the template of b and the other way round.
    tally.spread.of_pair = [&](int a, int b) { return tally.probes[a] + tally.probes[b]; };
    std::array<std::vector<double>, 2> probes;
    for (std::size_t s = 0; s < tally.probes.size(); ++s)
      if (tally.spread.of_unit[s] > 0) probes[half_[s]].push_back(tally.probes[s]);
    int subjects = 0;
    for (const auto& n : probes) {  // sum over pairs of (n_a + n_b)^2
      double sum = 0, squares = 0;
      for (double x : n) sum += x, squares += x * x;
      const auto count = static_cast<double>(n.size());
      tally.spread.squared_pairs += (count - 2) * squares + sum * sum;
      subjects += static_cast<int>(n.size());
    }
    const double rate = static_cast<double>(tally.errors.size()) / tally.spread.count;
    return wilson_measure("template_fmr", Better::lower, rate,
                          {static_cast<std::int64_t>(tally.spread.count), subjects, subjects / 2},
                          two_subject_variance(tally.errors, tally.spread), note);
  }

  CleanContext context_;
  Templates templates_;
  SubjectBootstrap bootstrap_;
  std::vector<std::uint8_t> half_;
  double target_ = kDefaultFmr;
  double budget_ = 0;
  std::array<double, 2> threshold_{};
};

}  // namespace

MetricSpec template_verification() {
  MetricSpec spec;
  spec.name = "template_verification";
  spec.summary = "verification against the mean of a subject's other photographs";
  spec.measures = {
      {"template_fnmr", "share", Better::lower,
       "false non-match rate against templates, at their own frozen clean threshold"},
      {"template_fmr", "share", Better::lower,
       "false match rate against templates, at their own frozen clean threshold"},
  };
  spec.prepare = [](const CleanContext& context) {
    return std::make_unique<TemplateVerification>(context);
  };
  return spec;
}

}  // namespace robench::metrics
