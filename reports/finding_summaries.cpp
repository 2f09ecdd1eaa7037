// SPDX-License-Identifier: Apache-2.0
// The order of the models over all conditions, and what is left of the face's geometry.
#include <algorithm>

#include <fmt/format.h>

#include "reports/finding.h"
#include "reports/numbers.h"
#include "reports/run_groups.h"
#include "reports/summary_scope.h"

namespace robench::finding {
namespace {

const std::string kGeometry = "geometry_r2_mean";
constexpr double kMostFlips = 0.05;  // more than one draw in twenty: the order is not beyond chance

const Measure* over_all(const RunRecord& run, const std::string& model, const std::string& stage,
                        const std::string& name) {
  for (const SummaryRecord& record : run.summaries)
    if (record.model == model && record.stage == stage && record.scope == "all")
      for (const Measure& measure : record.measures)
        if (measure.name == name) return &measure;
  return nullptr;
}

/// The condition of a family with the lowest mean R2 of a model; nullptr where it does not lie separably
/// below the clean one.
const CellRecord* lowest(const std::vector<const CellRecord*>& cells, const std::string& family,
                         const Measure& clean) {
  const CellRecord* found = nullptr;
  for (const CellRecord* cell : cells) {
    const Measure* mean = find_measure(*cell, kGeometry);
    if (cell->family != family || cell->perturbation == "identity" || !available(mean)) continue;
    if (mean->value >= clean.value || !separable(*mean, clean)) continue;
    if (found == nullptr || mean->value < find_measure(*found, kGeometry)->value) found = cell;
  }
  return found;
}

/// "within lighting, `gamma@5` lowers that of A most, from 0.42 to 0.26, and that of B, from 0.42 to
/// 0.30".
std::string geometry_clause(const RunRecord& run, const std::string& stage, const std::string& family,
                            bool several) {
  std::string text;
  const CellRecord* last = nullptr;
  for (const std::string& model : run.models) {
    const CellRecord* clean = clean_cell(run, model, stage);
    const Measure* before = clean == nullptr ? nullptr : find_measure(*clean, kGeometry);
    if (!available(before)) continue;
    const CellRecord* cell = lowest(condition_cells(run, model, stage), family, *before);
    if (cell == nullptr) continue;
    const bool same = last != nullptr && last->label == cell->label;
    const std::string lowers = same ? "" : fmt::format("`{}` lowers ", cell->label);
    text += fmt::format("{}{}that of {}{}, from {} to {}", last == nullptr ? "" : ", and ", lowers,
                        model, several && !same ? " most" : "", in_words(before),
                        in_words(find_measure(*cell, kGeometry)));
    last = cell;
  }
  return text.empty() ? "" : fmt::format("within {}, {}", family, text);
}

}  // namespace

std::string how_models_rank(const RunRecord& run) {
  const std::vector<std::string> stages = stages_of(run);
  if (stages.empty() || run.models.size() < 2) return "";
  // Without replicates nothing says how sure the order is.
  const Measure* flips = over_all(run, "all", stages.front(), "ranking_flip_rate:fnmr");
  if (!available(flips)) return "";
  std::vector<std::pair<double, std::string>> order;
  for (const std::string& model : run.models) {
    const Measure* mean = over_all(run, model, stages.front(), "mean_error:fnmr");
    if (!available(mean)) return "";
    order.emplace_back(mean->value, fmt::format("{} with {}", model, in_words(mean)));
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (const auto& [mean, name] : order) names.push_back(name);
  const SummaryScope scope = summary_scope(run, stages.front());
  const std::string left_out = left_out_in_words(scope);
  return fmt::format(
      "By mean FNMR over the severities of {}{}, families averaged, the order is {}; resampled people "
      "put the models in another order in {} % of {} draws{}.",
      over_in_words(scope), left_out.empty() ? "" : " (" + left_out + ")", listed(names),
      percent(flips->value), grouped(flips->n),
      flips->value > kMostFlips ? ", so which is the better cannot be told" : "");
}

std::string what_geometry_is_lost(const RunRecord& run) {
  const ModelComparison comparison = compare_models(run);
  if (comparison.stages.empty()) return "";
  std::vector<std::string> clauses;
  for (const auto& [family, rows] : families(comparison.stages.front()))
    clauses.push_back(geometry_clause(run, comparison.stages.front().stage, family, rows.size() > 1));
  std::erase(clauses, "");
  if (clauses.empty()) return "";
  return fmt::format(
      "The mean R2 with which the shape of the face is read from the embedding by frozen probes falls: "
      "{}.",
      fmt::join(clauses, "; "));
}

}  // namespace robench::finding
