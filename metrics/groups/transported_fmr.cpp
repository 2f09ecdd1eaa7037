// SPDX-License-Identifier: Apache-2.0
// A threshold that was set on another population: which false match rate does it give here, and how much
// of the difference is one of photographs and not of people?
#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "metrics/all_pairs.h"
#include "metrics/covariate_matching.h"
#include "metrics/metric.h"
#include "metrics/rate.h"

namespace robench::metrics {
namespace {

class TransportedFmr : public PreparedMetric {
 public:
  explicit TransportedFmr(const CleanContext& context)
      : context_(context), bootstrap_(context.data.subject_count, context.data.seed) {
    if (!context.data.threshold_population || !context.threshold.available) return;
    choose_photographs();
    match_ = match_covariates(covariates_, *context.data.threshold_population);
    weight_.assign(context.data.subject_count, 0.0F);
    for (std::size_t i = 0; i < match_.weight.size(); ++i)
      weight_[context.data.subject[with_covariates_[i]]] = static_cast<float>(match_.weight[i]);
    references_ = pair_side(context.card.comparison, context.data, context.clean, photographs_);
  }

  std::vector<Measure> evaluate(const Cell& cell) const override {
    if (!context_.data.threshold_population) return {};
    std::vector<Measure> rows = {before(cell), after(cell)};
    for (std::size_t k = 0; k < kCovariateNames.size(); ++k) {
      rows.push_back(balance("transported_smd:", k, match_.smd_before[k]));
      rows.push_back(balance("transported_smd_matched:", k, match_.smd_after[k]));
    }
    return rows;
  }

 private:
  /// The first acquired photograph of each subject, as where people have one photograph each.
  void choose_photographs() {
    const EvaluationData& data = context_.data;
    const EmbeddingTable& clean = context_.clean;
    std::vector<bool> chosen(data.subject_count, false);
    for (std::uint32_t i = 0; i < data.subject.size(); ++i) {
      if (data.subject[i] < 0 || !clean.ok(i) || chosen[data.subject[i]]) continue;
      chosen[data.subject[i]] = true;
      photographs_.push_back(i);
      if (clean.brightness.empty() || clean.sharpness.empty()) continue;
      const Covariates face = {data.faces[i].face.landmarks.inter_eye_px(), clean.brightness[i],
                               clean.sharpness[i]};
      if (!std::all_of(face.begin(), face.end(), [](double value) { return std::isfinite(value); }))
        continue;
      with_covariates_.push_back(i);
      covariates_.push_back(face);
    }
  }

  [[nodiscard]] Measure before(const Cell& cell) const {
    const std::vector<float> once(context_.data.subject_count, 1.0F);
    return weighted_rate("transported_fmr", cell, once, static_cast<int>(photographs_.size()),
                         "one photograph of each subject");
  }

  [[nodiscard]] Measure after(const Cell& cell) const {
    const std::string name = "transported_fmr:matched";
    if (!match_.refused.empty()) return refused(name, "share", Better::lower, match_.refused);
    return weighted_rate(
        name, cell, weight_, static_cast<int>(match_.effective_n),
        fmt::format(
            "{} photographs weighted to be like the {} of the other run in inter-eye distance, "
            "brightness and sharpness ({} bins each, {:.1f} % of them covered, effective n {:.1f})",
            with_covariates_.size(), context_.data.threshold_population->size(), match_.bins,
            100 * match_.covered, match_.effective_n));
  }

  /// A comparison counts with the product of the weights of its subjects, which are held fixed while the
  /// subjects are resampled.
  [[nodiscard]] Measure weighted_rate(const std::string& name, const Cell& cell,
                                      const std::vector<float>& weight, int people,
                                      std::string note) const {
    if (!context_.threshold.available)
      return refused(name, "share", Better::lower, context_.threshold.reason);
    std::int64_t n = 0;
    double matches = 0;
    double all = 0;
    std::vector<double> matches_drawn(bootstrap_.replicates(), 0.0);
    std::vector<double> all_drawn(bootstrap_.replicates(), 0.0);
    for (const EmbeddingTable* table : cell.perturbed) {
      const PairSide probes = pair_side(context_.card.comparison, context_.data, *table, photographs_);
      const bool both = context_.data.apply_to == ApplyTo::both;
      const CrossComparisons comparisons(context_.card.comparison, context_.data,
                                         both ? probes : references_, probes);
      n += comparisons.count();
      all += comparisons.weighted_count(weight);
      comparisons.matches(context_.threshold.pooled, [&](const Hit& hit) {
        const int a = context_.data.subject[hit.reference];
        const int b = context_.data.subject[hit.probe];
        const double product = static_cast<double>(weight[a]) * weight[b];
        if (product == 0) return;
        matches += product;
        const auto drawn_a = bootstrap_.of_unit(a);
        const auto drawn_b = bootstrap_.of_unit(b);
        for (std::size_t r = 0; r < matches_drawn.size(); ++r)
          matches_drawn[r] += product * (drawn_a[r] * drawn_b[r]);
      });
      tbb::parallel_for(0, bootstrap_.replicates(), [&](int r) {
        std::vector<float> drawn = bootstrap_.of_replicate(r);
        for (std::size_t s = 0; s < drawn.size(); ++s) drawn[s] *= weight[s];
        all_drawn[r] += comparisons.weighted_count(drawn);
      });
    }
    if (!(all > 0)) return refused(name, "share", Better::lower, "no comparison of two subjects");
    add_note(note, context_.threshold.note);
    return rate_measure(
        name, Better::lower, matches / all, {n, people, people / 2},
        [&] { return ratio_interval(matches_drawn, all_drawn); }, std::move(note));
  }

  [[nodiscard]] Measure balance(const char* kind, std::size_t k, double smd) const {
    const std::string name = std::string(kind) + kCovariateNames[k];
    const bool is_matched = std::string_view(kind).ends_with("_matched:");
    const bool unknown = covariates_.empty() || context_.data.threshold_population->empty();
    if (unknown || (is_matched && match_.effective_n == 0))
      return refused(name, "SD", Better::none, match_.refused);
    Measure row;
    row.name = name;
    row.value = smd;
    row.unit = "SD";
    row.n = std::ssize(covariates_);
    row.note = is_matched ? "with the weights: mean here minus mean of the other run's photographs"
                          : "mean here minus mean of the other run's photographs";
    if (is_matched && !match_.refused.empty()) add_note(row.note, "not used: " + match_.refused);
    return row;
  }

  CleanContext context_;
  SubjectBootstrap bootstrap_;
  std::vector<std::uint32_t> photographs_;      // one of each subject
  std::vector<std::uint32_t> with_covariates_;  // of them, those with all three covariates
  std::vector<Covariates> covariates_;          // of with_covariates_
  CovariateMatch match_;
  std::vector<float> weight_;  // by subject
  PairSide references_;
};

}  // namespace

MetricSpec transported_fmr() {
  MetricSpec spec;
  spec.name = "transported_fmr";
  spec.summary =
      "false match rate at another population's threshold, before and after matching "
      "photographs; needs `threshold: { from: RUN.json }`";
  spec.measures = {
      {"transported_fmr", "share", Better::lower, "one photograph of each subject"},
      {"transported_fmr:matched", "share", Better::lower,
       "weighted to the other run's inter-eye distance, brightness and sharpness"},
      {"transported_smd:COVARIATE", "SD", Better::none, "difference of means to the other run"},
      {"transported_smd_matched:COVARIATE", "SD", Better::none, "the same with the weights"},
  };
  spec.prepare = [](const CleanContext& context) { return std::make_unique<TransportedFmr>(context); };
  return spec;
}

}  // namespace robench::metrics
