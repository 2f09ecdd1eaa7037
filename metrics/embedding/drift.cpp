// SPDX-License-Identifier: Apache-2.0
// How far a perturbation moves the embedding of one and the same sample, on the model's own scale and
// measured against the distance of two ordinary photographs.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "metrics/metric.h"
#include "metrics/rate.h"
#include "metrics/scores.h"
#include "metrics/yardstick.h"

namespace robench::metrics {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

class Drift : public PreparedMetric {
 public:
  explicit Drift(const CleanContext& context)
      : context_(context),
        units_(resampling_units(context.data)),
        bootstrap_(units_.count, context.data.seed),
        clean_scores_(trial_scores(context.card.comparison, trials(), context.clean, context.clean)) {
    const auto distances = trial_cosine_distances(trials(), context.clean, context.clean);
    mated_ = std::make_unique<Yardstick>(trials(), distances, true, units_, bootstrap_);
    non_mated_ = std::make_unique<Yardstick>(trials(), distances, false, units_, bootstrap_);
    stranger_sd_ = non_mated_score_sd();
  }

  std::vector<Measure> evaluate(const Cell& cell) const override {
    std::vector<Measure> measures = self_pairs(cell);
    measures.push_back(decision_flip_rate(cell));
    for (Measure& margin : mated_margins(cell)) measures.push_back(std::move(margin));
    return measures;
  }

 private:
  [[nodiscard]] const std::vector<Trial>& trials() const { return context_.data.trials; }

  /// Clean sample against its own perturbed picture.
  [[nodiscard]] std::vector<Measure> self_pairs(const Cell& cell) const {
    UnitMean cosine(units_.count);
    UnitMean angle(units_.count);
    UnitMean l2(units_.count);
    UnitMean norm_ratio(units_.count);
    std::int64_t zero_vectors = 0;
    const int dim = static_cast<int>(context_.clean.vectors.cols());
    for (const EmbeddingTable* table : cell.perturbed) {
      for (std::size_t i = 0; i < table->size(); ++i) {
        if (!context_.clean.ok(i) || !table->ok(i)) continue;
        const auto clean = context_.clean.vectors.row(static_cast<Eigen::Index>(i));
        const auto perturbed = table->vectors.row(static_cast<Eigen::Index>(i));
        if (clean.isZero(0) || perturbed.isZero(0)) {
          ++zero_vectors;  // no direction
          continue;
        }
        const Separation apart = separation(clean.data(), perturbed.data(), dim);
        const int unit = units_.of_sample[i];
        cosine.add(unit, apart.cosine_distance);
        angle.add(unit, apart.angle_deg);
        l2.add(unit, apart.l2);
        norm_ratio.add(unit, apart.norm_ratio);
      }
    }
    std::string note;
    if (zero_vectors > 0) note = fmt::format("{} embeddings of length 0 left out", zero_vectors);
    const auto mean = [&](const char* name, const char* unit, Better better, const UnitMean& values) {
      if (values.n() > 0) return mean_measure(name, unit, better, values, bootstrap_, note);
      std::string reason = "no sample was acquired both clean and perturbed";
      add_note(reason, note);
      return refused(name, unit, better, reason);
    };
    return {mean("drift_cosine", "1", Better::lower, cosine),
            mean("drift_angle_deg", "deg", Better::lower, angle),
            mean("drift_l2", "1", Better::lower, l2),
            mean("norm_ratio", "1", Better::none, norm_ratio),
            relative("drift_relative:mated", "mated", cosine, *mated_),
            relative("drift_relative:non_mated", "non-mated", cosine, *non_mated_),
            signal_to_noise(cosine)};
  }

  /// Of unit vectors, 2 (1 - cosine) is the squared distance, and half the mean squared distance of two
  /// subjects is the variance between subjects: so the ratio is mean non-mated / (2 mean drift).
  [[nodiscard]] Measure signal_to_noise(const UnitMean& cosine) const {
    const char* const name = "drift_snr_db";
    const auto refuse = [&](std::string reason) {
      return refused(name, "dB", Better::higher, std::move(reason));
    };
    if (cosine.n() == 0) return refuse("no sample was acquired both clean and perturbed");
    if (non_mated_->n() == 0) return refuse("no non-mated comparison of two acquired samples");
    if (!(non_mated_->mean() > 0)) return refuse("all clean embeddings point the same way: no signal");
    if (!(cosine.mean() > 0)) return refuse("no embedding has moved: no noise");
    const auto decibels = [](double between, double drift) {
      return 10 * std::log10(between / 2 / drift);
    };
    Measure measure = mean_measure(
        name, "dB", Better::higher, cosine, bootstrap_,
        fmt::format(
            "variance between subjects, half the mean 1 - cosine of {} clean non-mated comparisons "
            "({:.4g}), over mean 1 - cosine of the drift",
            non_mated_->n(), non_mated_->mean()));
    measure.value = decibels(non_mated_->mean(), cosine.mean());
    if (!measure.ci95) return measure;
    std::vector<double> replicates = cosine.replicates(bootstrap_);
    for (std::size_t r = 0; r < replicates.size(); ++r)
      replicates[r] = decibels(non_mated_->mean_replicates()[r], replicates[r]);
    measure.ci95 = percentile_interval(replicates);
    return measure;
  }

  /// Of the clean scores of non-mated trials, divisor n; NaN below two.
  [[nodiscard]] double non_mated_score_sd() const {
    double n = 0;
    double mean = 0;
    double squares = 0;  // Welford
    for (std::size_t i = 0; i < clean_scores_.size(); ++i) {
      if (trials()[i].mated || std::isnan(clean_scores_[i])) continue;
      const double off = clean_scores_[i] - mean;
      mean += off / ++n;
      squares += off * (clean_scores_[i] - mean);
    }
    return n < 2 ? kNaN : std::sqrt(squares / n);
  }

  /// Signed distance of mated scores from the frozen threshold, in standard deviations of the strangers'
  /// clean scores: a unit that does not depend on the model's scale.
  [[nodiscard]] std::vector<Measure> mated_margins(const Cell& cell) const {
    const auto both_refused = [](const std::string& reason) {
      return std::vector{refused("mated_margin", "SD", Better::higher, reason),
                         refused("mated_margin_change", "SD", Better::higher, reason)};
    };
    const Threshold& threshold = context_.threshold;
    if (!threshold.available) return both_refused(threshold.reason);
    if (!(stranger_sd_ > 0))
      return both_refused("the clean scores of the non-mated trials have no spread to measure it by");
    UnitMean margin(units_.count);
    UnitMean change(units_.count);
    std::int64_t left_out = 0;
    for (const EmbeddingTable* table : cell.perturbed) {
      const auto scores =
          trial_scores(context_.card.comparison, trials(), references(context_, *table), *table);
      for (std::size_t i = 0; i < scores.size(); ++i) {
        const Trial& trial = trials()[i];
        if (!trial.mated) continue;
        const auto judging = threshold.judging(context_.data.subject[trial.reference],
                                               context_.data.subject[trial.probe]);
        if (!judging || std::isnan(scores[i]) || std::isnan(clean_scores_[i])) {
          ++left_out;
          continue;
        }
        const int unit = units_.of_sample[trial.reference];
        margin.add(unit, (scores[i] - *judging) / stranger_sd_);
        change.add(unit, (scores[i] - clean_scores_[i]) / stranger_sd_);
      }
    }
    if (margin.n() == 0) return both_refused("no mated comparison left to judge");
    std::string note = fmt::format(
        "mated score minus threshold, in standard deviations of the clean non-mated scores ({:.4g}, "
        "held "
        "fixed)",
        stranger_sd_);
    note_references(context_, note);
    if (left_out > 0)
      add_note(note, fmt::format("{} of {} comparisons left out (not acquired or not judged)", left_out,
                                 left_out + margin.n()));
    return {mean_measure("mated_margin", "SD", Better::higher, margin, bootstrap_, note),
            mean_measure("mated_margin_change", "SD", Better::higher, change, bootstrap_,
                         "from the clean score of the same comparison; " + note)};
  }

  [[nodiscard]] Measure relative(const char* name, const char* kind, const UnitMean& cosine,
                                 const Yardstick& yardstick) const {
    const auto refuse = [&](std::string reason) {
      return refused(name, "1", Better::lower, std::move(reason));
    };
    if (cosine.n() == 0) return refuse("no sample was acquired both clean and perturbed");
    if (yardstick.n() == 0) return refuse(fmt::format("no {} comparison of two acquired samples", kind));
    if (!(yardstick.median() > 0)) return refuse(fmt::format("the median {} clean distance is 0", kind));
    std::string note = fmt::format("mean 1 - cosine over {:.4g}, the median of {} {} clean comparisons",
                                   yardstick.median(), yardstick.n(), kind);
    Measure measure = mean_measure(name, "1", Better::lower, cosine, bootstrap_, std::move(note));
    measure.value /= yardstick.median();
    if (measure.ci95)
      measure.ci95 = ratio_interval(cosine.replicates(bootstrap_), yardstick.replicates());
    return measure;
  }

  [[nodiscard]] Measure decision_flip_rate(const Cell& cell) const {
    const std::string name = "decision_flip_rate";
    if (!context_.threshold.available)
      return refused(name, "share", Better::lower, context_.threshold.reason);
    if (trials().empty())
      return refused(name, "share", Better::lower, "no comparison of two samples with known subjects");
    ComparisonSet judged;
    ComparisonSet flipped;
    std::set<int> subjects;
    std::int64_t not_acquired = 0;
    std::int64_t not_judged = 0;
    for (const EmbeddingTable* table : cell.perturbed) {
      const auto scores =
          trial_scores(context_.card.comparison, trials(), references(context_, *table), *table);
      for (std::size_t i = 0; i < scores.size(); ++i) {
        const Trial& trial = trials()[i];
        const auto threshold = context_.threshold.judging(context_.data.subject[trial.reference],
                                                          context_.data.subject[trial.probe]);
        if (std::isnan(scores[i]) || std::isnan(clean_scores_[i])) {
          ++not_acquired;
        } else if (!threshold) {
          ++not_judged;
        } else {
          const int a = units_.of_sample[trial.reference];
          const int b = units_.of_sample[trial.probe];
          subjects.insert({a, b});
          judged.add(a, b);
          if ((scores[i] >= *threshold) != (clean_scores_[i] >= *threshold)) flipped.add(a, b);
        }
      }
    }
    std::string note = context_.threshold.note;
    note_references(context_, note);
    const std::int64_t all = judged.size() + not_acquired + not_judged;
    if (not_acquired > 0)
      add_note(note, fmt::format("{} of {} comparisons left out (a sample was not acquired)",
                                 not_acquired, all));
    if (not_judged > 0)
      add_note(note, fmt::format("{} of {} not judged (subjects not of one half)", not_judged, all));
    if (judged.size() == 0)
      return refused(name, "share", Better::lower, "no comparison left to judge: " + note);
    const int count = static_cast<int>(subjects.size());
    const double rate = static_cast<double>(flipped.size()) / static_cast<double>(judged.size());
    return rate_measure(
        name, Better::lower, rate, {judged.size(), count, count / 2},
        [&] { return ratio_interval(flipped.weights(bootstrap_), judged.weights(bootstrap_)); },
        std::move(note));
  }

  CleanContext context_;
  ResamplingUnits units_;
  SubjectBootstrap bootstrap_;
  std::vector<double> clean_scores_;
  std::unique_ptr<Yardstick> mated_;
  std::unique_ptr<Yardstick> non_mated_;
  double stranger_sd_ = kNaN;
};

}  // namespace

MetricSpec drift() {
  MetricSpec spec;
  spec.name = "drift";
  spec.summary = "how far a perturbation moves the embedding of the same sample";
  spec.measures = {
      {"drift_cosine", "1", Better::lower, "mean of 1 - cosine between clean and perturbed"},
      {"drift_angle_deg", "deg", Better::lower, "mean angle between clean and perturbed"},
      {"drift_l2", "1", Better::lower, "mean Euclidean distance of the raw vectors"},
      {"norm_ratio", "1", Better::none, "mean of perturbed length over clean length"},
      {"drift_relative:mated", "1", Better::lower,
       "drift_cosine as a share of the median mated clean distance; below 1 = less than photo to photo"},
      {"drift_relative:non_mated", "1", Better::lower,
       "drift_cosine as a share of the median non-mated clean distance"},
      {"drift_snr_db", "dB", Better::higher,
       "variance between subjects over the mean squared drift; 0 dB = a face moves as far as faces "
       "differ"},
      {"decision_flip_rate", "share", Better::lower,
       "trials whose accept or reject differs from the clean condition's"},
      {"mated_margin", "SD", Better::higher,
       "mean of mated score minus frozen threshold, in SDs of the clean non-mated scores"},
      {"mated_margin_change", "SD", Better::higher, "by how much it differs from the clean condition's"},
  };
  spec.prepare = [](const CleanContext& context) { return std::make_unique<Drift>(context); };
  return spec;
}

}  // namespace robench::metrics
