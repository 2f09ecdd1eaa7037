// SPDX-License-Identifier: Apache-2.0
// From the conditions of a run to curves over severity.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "metrics/run_summary.h"

namespace robench {
namespace {

Sampled sampled(const UnitMean& values, const std::string& missing, const std::string& label,
                const SubjectBootstrap& bootstrap) {
  Sampled result;
  result.n = values.n();
  result.subjects = values.units_with_values();
  if (!missing.empty())
    result.missing = missing;
  else if (result.n == 0)
    result.missing = fmt::format("nothing was judged under {}", label);
  else {
    result.value = values.mean();
    result.replicates = values.replicates(bootstrap);
  }
  return result;
}

struct Conditions {
  const ConditionResult* clean = nullptr;
  std::vector<std::string> perturbations;  // in order of appearance
  std::map<std::string, std::map<double, std::vector<const ConditionResult*>>> at;
};

Conditions conditions_of(const ModelResult& model, const std::string& stage) {
  Conditions found;
  for (const ConditionResult& condition : model.conditions) {
    if (condition.stage != stage) continue;
    if (condition.clean && found.clean == nullptr) found.clean = &condition;
    if (condition.clean || !condition.severity) continue;
    auto& severities = found.at[condition.perturbation];
    if (severities.empty()) found.perturbations.push_back(condition.perturbation);
    severities[*condition.severity].push_back(&condition);
  }
  std::erase_if(found.perturbations,
                [&](const std::string& name) { return found.at.at(name).size() < kMinSeverities; });
  return found;
}

SeverityCurve curve_of(const Conditions& conditions, const std::string& perturbation, bool is_fnmr,
                       const SubjectBootstrap& bootstrap) {
  const auto loss = [&](const ConditionResult& condition) {
    const ConditionErrors& errors = *condition.errors;
    return is_fnmr ? sampled(errors.fnmr, errors.no_fnmr, condition.label, bootstrap)
                   : sampled(errors.drift, {}, condition.label, bootstrap);
  };
  SeverityCurve curve;
  curve.perturbation = perturbation;
  for (const auto& [severity, variants] : conditions.at.at(perturbation)) {
    std::vector<Sampled> losses;
    for (const ConditionResult* variant : variants) losses.push_back(loss(*variant));
    curve.family = variants.front()->family;
    curve.variants = std::max(curve.variants, variants.size());
    curve.severities.push_back(severity);
    curve.losses.push_back(mean_of(losses));
  }
  curve.clean = loss(*conditions.clean);
  return curve;
}

FalseMatchCurve false_matches_of(const Conditions& conditions, const std::string& perturbation) {
  FalseMatchCurve curve;
  curve.perturbation = perturbation;
  curve.clean = conditions.clean->errors->fmr;
  for (const auto& [severity, variants] : conditions.at.at(perturbation)) {
    for (const ConditionResult* variant : variants) {
      curve.family = variant->family;
      if (!variant->errors->fmr) continue;
      curve.rates.push_back(*variant->errors->fmr);
      curve.labels.push_back(variant->label);
    }
  }
  return curve;
}

}  // namespace

SummaryInput summary_input(const std::vector<ModelResult>& models, const SubjectBootstrap& bootstrap,
                           SummaryOptions options) {
  SummaryInput input;
  input.options = std::move(options);
  std::vector<std::string> stages;
  for (const ModelResult& model : models)
    for (const ConditionResult& condition : model.conditions)
      if (std::find(stages.begin(), stages.end(), condition.stage) == stages.end())
        stages.push_back(condition.stage);
  for (const std::string& stage : stages) {
    for (const ModelResult& model : models) {
      const Conditions conditions = conditions_of(model, stage);
      if (conditions.clean == nullptr || conditions.perturbations.empty()) continue;
      ModelCurves curves{model.model, stage, {}, {}, {}};
      for (const std::string& perturbation : conditions.perturbations) {
        curves.fnmr.push_back(curve_of(conditions, perturbation, true, bootstrap));
        curves.drift.push_back(curve_of(conditions, perturbation, false, bootstrap));
        curves.false_matches.push_back(false_matches_of(conditions, perturbation));
      }
      input.curves.push_back(std::move(curves));
    }
  }
  return input;
}

}  // namespace robench
