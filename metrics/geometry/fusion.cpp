// SPDX-License-Identifier: Apache-2.0
// Do models do better with the statistics of the face added? A model, the measured shape, and both
// together, over the same comparisons.
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "metrics/fusion_systems.h"
#include "metrics/geometry_gate.h"
#include "metrics/measure_rows.h"
#include "metrics/metric.h"
#include "metrics/multiple_testing.h"
#include "metrics/paired_difference.h"
#include "metrics/rate.h"

namespace robench::metrics {
namespace {

constexpr double kNoGain = std::numeric_limits<double>::quiet_NaN();
constexpr double kFusionLevel = 0.05;
constexpr char kGain[] = "fusion_gain";
constexpr char kP[] = "fusion_gain_p";
constexpr char kHolm[] = "fusion_gain_p_holm";
constexpr char kVerdict[] = "fusion_verdict";

constexpr FusionSystem kEmbedding{FusedPart::embedding, false};
constexpr FusionSystem kGeometry{FusedPart::geometry, false};
constexpr FusionSystem kFused{FusedPart::both, false};
constexpr FusionSystem kPermuted{FusedPart::both, true};

const std::vector<MeasureInfo>& infos() {
  static const std::vector<MeasureInfo> kInfos = {
      {"fusion_fnmr:embedding", "share", Better::lower, "false non-match rate of the model alone"},
      {"fusion_fnmr:geometry", "share", Better::lower, "of the shape of the face alone"},
      {"fusion_fnmr:fused", "share", Better::lower, "of both together"},
      {"fusion_fmr:embedding", "share", Better::lower, "false match rate of the model alone"},
      {"fusion_fmr:fused", "share", Better::lower, "of both together"},
      {kGain, "share", Better::higher, "false non-match rate of the model minus that of both"},
      {"fusion_gain:permuted", "share", Better::none, "the same with shapes of faces drawn at random"},
      {"fusion_geometry_share", "share", Better::none, "of strangers' fused distance from geometry"},
      {kP, "1", Better::none, "p of no gain and no loss"},
      {kHolm, "1", Better::none, "of it, adjusted over the run by Holm"},
      {kVerdict, "1", Better::none, "1 = gain, -1 = loss, 0 = no gain shown"},
  };
  return kInfos;
}

class Fusion : public PreparedMetric {
 public:
  Fusion(const CleanContext& context, GeometrySamples samples, const ResamplingUnits& units)
      : samples_(std::move(samples)),
        systems_(context, samples_, units),
        bootstrap_(units.count, context.data.seed) {}

  std::vector<Measure> evaluate(const Cell& cell) const override {
    const UnitMean embedding = systems_.non_matches(kEmbedding, cell);
    if (embedding.n() == 0) return refused_all("no judged mated comparison of faces with a shape");
    const UnitMean fused = systems_.non_matches(kFused, cell);
    const std::string shapes = shapes_note(cell);
    std::vector<Measure> rows;
    rows.push_back(rate("fusion_fnmr:embedding", embedding, kEmbedding, samples_.left_out));
    rows.push_back(
        rate("fusion_fnmr:geometry", systems_.non_matches(kGeometry, cell), kGeometry, shapes));
    rows.push_back(rate("fusion_fnmr:fused", fused, kFused, shapes));
    rows.push_back(systems_.false_match_rate(kEmbedding, cell));
    rows.back().name = "fusion_fmr:embedding";
    rows.push_back(systems_.false_match_rate(kFused, cell));
    rows.back().name = "fusion_fmr:fused";
    const PairedDifference difference = paired_difference(embedding, fused, bootstrap_);
    rows.push_back(gain(kGain, Better::higher, embedding, difference, shapes));
    rows.push_back(gain("fusion_gain:permuted", Better::none, embedding,
                        paired_difference(embedding, systems_.non_matches(kPermuted, cell), bootstrap_),
                        "control: shapes of faces drawn at random, learned and judged in the same way"));
    rows.push_back(share(embedding.n()));
    rows.push_back(plain(kP, difference.p, embedding.n(), "paired, subjects resampled"));
    const std::string later = std::isnan(difference.p)
                                  ? difference.note
                                  : "adjusted once all conditions of the run are judged";
    rows.push_back(plain(kHolm, kNoGain, embedding.n(), later));
    rows.push_back(plain(kVerdict, kNoGain, embedding.n(), later));
    return rows;
  }

  /// One family: all conditions.
  void finish(std::span<const JudgedCell> cells) const override {
    std::vector<double> p;
    std::vector<std::vector<Measure>*> rows;
    for (const JudgedCell& cell : cells) {
      const double value = row_named(*cell.measures, kP).value;
      if (!std::isfinite(value)) continue;
      p.push_back(value);
      rows.push_back(cell.measures);
    }
    const std::vector<double> adjusted = holm(p);
    for (std::size_t k = 0; k < p.size(); ++k) judge(*rows[k], adjusted[k], p.size());
  }

  [[nodiscard]] static std::vector<Measure> refused_all(const std::string& reason) {
    std::vector<Measure> rows;
    for (const MeasureInfo& info : infos())
      rows.push_back(refused(info.name, info.unit, info.better, reason));
    return rows;
  }

 private:
  static void judge(std::vector<Measure>& rows, double adjusted, std::size_t conditions) {
    const Measure& gain = row_named(rows, kGain);
    Measure& by_holm = row_named(rows, kHolm);
    Measure& verdict = row_named(rows, kVerdict);
    by_holm.value = adjusted;
    by_holm.note = fmt::format("Holm over {} conditions", conditions);
    const bool shown = adjusted < kFusionLevel;
    verdict.value = !shown ? 0 : gain.value > 0 ? 1 : -1;
    verdict.note = !shown ? "no gain shown" : gain.value > 0 ? "gain" : "loss";
    verdict.note += fmt::format(" (Holm's p {:.4g} over {} conditions)", adjusted, conditions);
  }

  static std::string shapes_note(const Cell& cell) {
    if (cell.condition.is_clean()) return "shapes measured on the clean pictures";
    return FusionSystems::measured_again(cell)
               ? "shapes measured again on the perturbed pictures"
               : "oracle: shapes of the clean pictures, which nobody has in the field";
  }

  [[nodiscard]] Measure rate(std::string name, const UnitMean& outcomes, FusionSystem system,
                             const std::string& further) const {
    std::string note = systems_.threshold_note(system);
    add_note(note, further);
    return rate_measure(std::move(name), Better::lower, outcomes, bootstrap_, std::move(note));
  }

  static Measure plain(std::string name, double value, std::int64_t n, std::string note) {
    Measure row;
    row.name = std::move(name);
    row.value = value;
    row.unit = "1";
    row.n = n;
    row.note = std::move(note);
    return row;
  }

  static Measure gain(std::string name, Better better, const UnitMean& outcomes,
                      const PairedDifference& difference, const std::string& note) {
    Measure row = plain(std::move(name), difference.difference, outcomes.n(), note);
    row.unit = "share";
    row.better = better;
    row.ci95 = difference.ci95;
    add_note(row.note, difference.note);
    // 2.8 standard errors: a two-sided test at 5 % and a power of 80 %.
    if (row.ci95)
      add_note(row.note, fmt::format("smallest change found with a power of 80 %: about {:.2g}",
                                     2.8 / (2 * 1.96) * (row.ci95->high - row.ci95->low)));
    return row;
  }

  [[nodiscard]] Measure share(std::int64_t n) const {
    Measure row = plain("fusion_geometry_share", systems_.geometry_share(), n,
                        "of the mean squared distance of two strangers' fused templates, clean; mean of "
                        "what both halves learned");
    row.unit = "share";
    return row;
  }

  GeometrySamples samples_;
  FusionSystems systems_;
  SubjectBootstrap bootstrap_;
};

std::unique_ptr<PreparedMetric> prepare(const CleanContext& context) {
  GeometryGate gate(context);
  if (gate.refusal.empty()) gate.refusal = FusionSystems::why_not(context, gate.samples);
  if (!gate.refusal.empty()) return refused_metric(gate, infos());
  return std::make_unique<Fusion>(context, std::move(gate.samples), gate.units);
}

}  // namespace

MetricSpec fusion() {
  return {.name = "fusion",
          .summary = "Does the model do better with the measured shape of the face added?",
          .measures = infos(),
          .prepare = prepare};
}

}  // namespace robench::metrics
