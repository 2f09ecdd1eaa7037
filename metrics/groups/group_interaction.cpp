// SPDX-License-Identifier: Apache-2.0
// Group x perturbation: does a condition widen the gap of false non-matches between groups of people?
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include <fmt/format.h>

#include "metrics/gap_change.h"
#include "metrics/measure_rows.h"
#include "metrics/multiple_testing.h"
#include "metrics/rate.h"

namespace robench::metrics {
namespace {

constexpr double kNoWidening = std::numeric_limits<double>::quiet_NaN();
constexpr double kLevel = 0.05;
constexpr int kMostInteractingGroups = 20;
constexpr const char* kAdjustedLater = "adjusted once all conditions of the run are judged";

/// Names, units and texts of the rows, in their order.
const std::vector<MeasureInfo>& row_kinds() {
  static const std::vector<MeasureInfo> kRows = {
      {"fnmr_gap", "share", Better::none, "difference of FNMR between two groups"},
      {"gap_change", "share", Better::none, "fnmr_gap minus that of the clean condition"},
      {"gap_change_log_odds", "1", Better::none, "the same on the log-odds scale"},
      {"gap_change_p", "1", Better::none, "p of no change, of both scales together"},
      {"gap_change_p_holm", "1", Better::none, "of it, adjusted over the run by Holm"},
      {"gap_change_p_bh", "1", Better::none, "of it, adjusted by Benjamini and Hochberg"},
      {"gap_verdict", "1", Better::none, "1 = widens, -1 = narrows, 0 = cannot tell"},
  };
  return kRows;
}

std::string verdict_text(double verdict) {
  if (verdict > 0) return "widens";
  return verdict < 0 ? "narrows" : "cannot tell";
}

class GroupInteraction : public PreparedMetric {
 public:
  explicit GroupInteraction(const CleanContext& context)
      : context_(context),
        units_(resampling_units(context.data)),
        bootstrap_(units_.count, context.data.seed) {
    for (const auto& columns : context.data.groupings)
      groupings_.push_back(make_grouping(context.data, columns));
  }

  std::vector<Measure> evaluate(const Cell& cell) const override {
    std::vector<Measure> rows;
    if (groupings_.empty()) return rows;
    PairedNonMatches outcomes;
    if (context_.threshold.available) outcomes = paired_non_matches(context_, units_, cell.perturbed);
    for (const Grouping& grouping : groupings_) {
      if (grouping.size() > kMostInteractingGroups) continue;  // the metric `groups` says so
      for (int a = 0; a < grouping.size(); ++a)
        for (int b = a + 1; b < grouping.size(); ++b) add_rows(cell, outcomes, grouping, a, b, rows);
    }
    return rows;
  }

  void finish(std::span<const JudgedCell> cells) const override {
    for (const Grouping& grouping : groupings_) adjust(cells, grouping);
  }

 private:
  void add_rows(const Cell& cell, const PairedNonMatches& outcomes, const Grouping& grouping, int a,
                int b, std::vector<Measure>& rows) const {
    const std::string pair = ":" + grouping.difference(a, b);
    std::string reason = context_.threshold.reason;
    std::optional<GapChange> change;
    if (cell.condition.is_clean()) {
      reason = "this is the clean condition";
    } else if (context_.threshold.available) {
      change = gap_change(outcomes, grouping, a, b, bootstrap_);
      reason =
          "a group has fewer than 10 subjects with a judged mated comparison, or nobody was falsely "
          "rejected";
    }
    if (!change) {
      for (const MeasureInfo& kind : row_kinds())
        rows.push_back(refused(kind.name + pair, kind.unit, kind.better, reason));
      return;
    }
    for (Measure& row : rows_of(*change)) {
      row.name += pair;
      rows.push_back(std::move(row));
    }
  }

  [[nodiscard]] std::vector<Measure> rows_of(const GapChange& change) const {
    std::vector<Measure> rows;
    for (const MeasureInfo& kind : row_kinds()) {
      rows.emplace_back();
      rows.back().name = kind.name;
      rows.back().unit = kind.unit;
      rows.back().n = static_cast<std::int64_t>(change.n);
    }
    const std::string who =
        fmt::format("mated comparisons judged clean and perturbed, of {} and {} subjects",
                    change.subjects_a, change.subjects_b);
    const auto fill = [&](Measure& row, double value, std::optional<Interval> interval,
                          std::string note) {
      row.value = value;
      row.ci95 = interval;
      row.note = std::move(note);
    };
    fill(rows[0], change.difference.gap, change.difference.gap_ci95, who);
    fill(rows[1], change.difference.change, change.difference.change_ci95,
         scale_note(change.difference));
    fill(rows[2], change.log_odds.change, change.log_odds.change_ci95,
         scale_note(change.log_odds) + "; rates (errors + 1/2) / (n + 1)");
    fill(rows[3], change.joint_p(), std::nullopt,
         fmt::format(
             "the larger p of both scales ({:.4g} and {:.4g}; normal, bootstrap SE); 1 where they "
             "point apart",
             change.difference.p, change.log_odds.p));
    fill(rows[4], kNoWidening, std::nullopt, kAdjustedLater);
    fill(rows[5], kNoWidening, std::nullopt, kAdjustedLater);
    fill(rows[6], change.direction(), std::nullopt, kAdjustedLater);
    return rows;
  }

  static std::string scale_note(const ScaledChange& scale) {
    return fmt::format(
        "difference in differences, SE {:.4g}, p = {:.4g}; smallest change found with a "
        "power of 80 %: {:.4g}",
        scale.se, scale.p, scale.detectable());
  }

  /// One family: all conditions and all pairs of groups of one grouping.
  static void adjust(std::span<const JudgedCell> cells, const Grouping& grouping) {
    const std::string kind = "gap_change_p";
    const std::string prefix = kind + ":" + grouping.name + "=";
    std::vector<double> p;
    std::vector<std::pair<std::vector<Measure>*, std::string>> places;  // and ":sex=f-m"
    for (const JudgedCell& cell : cells)
      for (const Measure& measure : *cell.measures)
        if (measure.name.starts_with(prefix) && std::isfinite(measure.value)) {
          p.push_back(measure.value);
          places.emplace_back(cell.measures, measure.name.substr(kind.size()));
        }
    const std::vector<double> by_holm = holm(p);
    const std::vector<double> by_bh = benjamini_hochberg(p);
    for (std::size_t k = 0; k < p.size(); ++k) {
      std::vector<Measure>& rows = *places[k].first;
      const std::string& pair = places[k].second;
      Measure& holm_row = row_named(rows, "gap_change_p_holm" + pair);
      Measure& bh_row = row_named(rows, "gap_change_p_bh" + pair);
      Measure& verdict = row_named(rows, "gap_verdict" + pair);
      holm_row.value = by_holm[k];
      bh_row.value = by_bh[k];
      holm_row.note = bh_row.note =
          fmt::format("over {} comparisons of this run (conditions times pairs of groups)", p.size());
      if (by_holm[k] >= kLevel) verdict.value = 0;
      verdict.note = fmt::format(
          "{}: the gap against the clean condition, where both scales agree and Holm's p {:.4g} < 0.05",
          verdict_text(verdict.value), by_holm[k]);
    }
  }

  CleanContext context_;
  ResamplingUnits units_;
  SubjectBootstrap bootstrap_;
  std::vector<Grouping> groupings_;
};

}  // namespace

MetricSpec group_interaction() {
  MetricSpec spec;
  spec.name = "group_interaction";
  spec.summary = "does a condition widen the gap between groups? needs the suite key `groups`";
  for (MeasureInfo info : row_kinds()) {
    info.name += ":GROUP-OTHER";
    spec.measures.push_back(std::move(info));
  }
  spec.prepare = [](const CleanContext& context) { return std::make_unique<GroupInteraction>(context); };
  return spec;
}

}  // namespace robench::metrics
