// SPDX-License-Identifier: Apache-2.0
#include "suites/gated_cells.h"

#include <algorithm>

#include <fmt/format.h>

#include "perturb/error.h"
#include "suites/glob.h"

namespace robench {
namespace {

constexpr std::string_view kDropIn = "_drop_in";

std::string base_of(const std::string& measure) {
  return measure.ends_with(kDropIn) ? measure.substr(0, measure.size() - kDropIn.size()) : measure;
}

bool wanted(const GateRules& rules, const std::string& measure) {
  if (measure.ends_with(kDropIn)) return rules.at_baseline_threshold;
  return rules.at_own_threshold || (measure != "fnmr" && measure != "fmr");
}

/// The last line that concerns the cell; nullptr = it is not gated. Marks the line as met.
const AllowedLoss* rule_of(const GateRules& rules, const PairedCell& cell, std::vector<bool>& met) {
  const AllowedLoss* rule = nullptr;
  for (std::size_t i = 0; i < rules.allow.size(); ++i) {
    if (rules.allow[i].metric != base_of(cell.measure) ||
        !matches_condition(cell.label, rules.allow[i].condition))
      continue;
    met[i] = true;
    rule = &rules.allow[i];
  }
  return rule;
}

void refuse_unmet(const GateRules& rules, const std::vector<bool>& met) {
  std::vector<Diagnostic> faults;
  for (std::size_t i = 0; i < met.size(); ++i) {
    if (met[i] || rules.allow[i].place.file.empty()) continue;  // default lines may find nothing
    Diagnostic fault;
    fault.place = rules.allow[i].place;
    fault.message = fmt::format("no value of these runs is {} on '{}'", rules.allow[i].metric,
                                rules.allow[i].condition);
    fault.hint = "labels are written NAME@SEVERITY; * stands for anything";
    faults.push_back(fault);
  }
  if (!faults.empty()) throw ConfigError(faults);
}

bool absent_everywhere(const std::vector<PairedCell>& cells, const std::string& measure) {
  return std::all_of(cells.begin(), cells.end(), [&](const PairedCell& cell) {
    return base_of(cell.measure) != base_of(measure) || cell.values.empty();
  });
}

/// Without a gate file: what neither run can give, as FNMR of data without mated pairs, is not gated;
/// drift only where there is no FNMR to judge by, and once: in degrees where the models are the same.
bool idle_by_default(const AllowedLoss& rule, const PairedCell& cell,
                     const std::vector<PairedCell>& cells) {
  if (!rule.place.file.empty()) return false;
  if (absent_everywhere(cells, cell.measure)) return true;
  if (rule.metric == "drift_relative" && !absent_everywhere(cells, "drift_angle_deg")) return true;
  return rule.metric.starts_with("drift_") && !absent_everywhere(cells, "fnmr");
}

}  // namespace

std::vector<GatedCell> gated_cells(const LoadedRun& baseline, const LoadedRun& candidate,
                                   const std::vector<std::pair<std::size_t, std::size_t>>& pairs,
                                   const GateRules& rules) {
  std::vector<GatedCell> gated;
  std::vector<bool> met(rules.allow.size(), false);
  for (const auto& [of_baseline, of_candidate] : pairs) {
    const ModelOutcomes& old_model = baseline.outcomes.models[of_baseline];
    const ModelOutcomes& new_model = candidate.outcomes.models[of_candidate];
    const std::string scale = different_scales(old_model, new_model);
    const auto cells = paired_cells(baseline.outcomes, old_model, new_model);
    for (const PairedCell& cell : cells) {
      if (!wanted(rules, cell.measure) || (cell.measure.ends_with(kDropIn) && !scale.empty())) continue;
      const AllowedLoss* rule = rule_of(rules, cell, met);
      if (rule == nullptr || idle_by_default(*rule, cell, cells)) continue;
      gated.push_back({cell, new_model.model, rule->margin});
      if (!cell.values.empty())
        gated.back().differences = unit_differences(cell, baseline.outcomes.units);
    }
  }
  refuse_unmet(rules, met);
  return gated;
}

}  // namespace robench
