// SPDX-License-Identifier: Apache-2.0
#include "suites/outcomes.h"

#include <fmt/format.h>

#include "models/digest.h"
#include "perturb/params.h"
#include "suites/privacy.h"

namespace robench {
namespace {

using nlohmann::json;

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string threshold_text(const Suite& suite) {
  switch (suite.threshold.from) {
    case ThresholdRule::From::card:
      return "from the model's card";
    case ThresholdRule::From::run:
      return "from another run";
    case ThresholdRule::From::data:
      break;
  }
  return "from data at FMR " + shortest(suite.threshold.fmr);
}

std::map<std::string, std::string> setting_of(const Experiment& experiment, const RunRecord& run) {
  const json& provenance = run.provenance;
  const json& data = provenance.at("data");
  std::map<std::string, std::string> setting = {
      {"data", text_of(data.at("sha256"))},
      {"protocol", text_of(data.at("protocol"))},
      {"trials", text_of(data.at("trials"))},
      {"seed", std::to_string(run.seed)},
      {"detector", text_of(provenance.at("detector"))},
      {"choice of the face", text_of(provenance.at("acquisition").at("multi_face"))},
      {"pictures without a face", text_of(provenance.at("acquisition").at("no_face"))},
      {"perturbed side", text_of(provenance.at("apply_to"))},
      {"severity set", text_of(provenance.at("severity_set"))},
      {"crop", text_of(provenance.at("crop_px"))},
      {"repetitions", std::to_string(experiment.suite.repetitions)},
      {"threshold", threshold_text(experiment.suite)},
      {"ids", kPlainIds}};
  for (const auto& [name, version] : provenance.at("perturbations").items())
    setting["perturbation " + name] = "version " + text_of(version);
  return setting;
}

std::map<std::string, std::string> identity_of(const RunRecord& run, const std::string& model) {
  std::map<std::string, std::string> identity;
  const json& entry = run.provenance.at("models").at(model);
  for (const char* key : {"weights_sha256", "card_sha256", "backend", "dim", "comparison"})
    identity[key] = text_of(entry.at(key));
  return identity;
}

void name_conditions(const Suite& suite, std::vector<ConditionOutcomes>& outcomes) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const Condition& condition = suite.conditions[i];
    outcomes[i].stage = to_string(condition.stage);
    outcomes[i].perturbation = condition.perturbation();
    outcomes[i].family = condition.family();
    outcomes[i].label = condition.label();
    outcomes[i].params = condition.params();
    outcomes[i].clean = condition.is_clean();
  }
}

}  // namespace

std::vector<ModelOutcomes> take_outcomes(const Experiment& experiment,
                                         std::vector<ModelEvaluation>& evaluations) {
  std::vector<ModelOutcomes> models;
  for (std::size_t m = 0; m < evaluations.size(); ++m) {
    ModelOutcomes model;
    model.model = experiment.cards[m].name;
    model.threshold = kept_threshold(evaluations[m].threshold);
    model.conditions = std::move(evaluations[m].outcomes);
    model.vectors = std::move(evaluations[m].clean_vectors);
    model.scale = evaluations[m].scale;
    name_conditions(experiment.suite, model.conditions);
    models.push_back(std::move(model));
  }
  return models;
}

std::vector<CurveRecord> curve_records(const RunOutcomes& outcomes) {
  std::vector<CurveRecord> records;
  for (const ModelOutcomes& model : outcomes.models) {
    auto curves = binned_curves(outcomes, model);
    for (std::size_t c = 0; c < curves.size(); ++c)
      records.push_back(
          {model.model, model.conditions[c].stage, model.conditions[c].label, std::move(curves[c])});
  }
  return records;
}

RunOutcomes make_outcomes(const Experiment& experiment, const EvaluationData& data, const RunRecord& run,
                          std::vector<ModelOutcomes> models) {
  const bool cross_fitted = experiment.suite.threshold.from == ThresholdRule::From::data;
  RunOutcomes outcomes = empty_outcomes(data, cross_fitted);
  outcomes.setting = setting_of(experiment, run);
  for (const Sample& sample : experiment.data.samples) outcomes.samples.push_back(plain_id(sample.id));
  outcomes.models = std::move(models);
  for (ModelOutcomes& model : outcomes.models) model.identity = identity_of(run, model.model);
  return outcomes;
}

}  // namespace robench
