// SPDX-License-Identifier: Apache-2.0
#include "suites/record.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "models/digest.h"
#include "reports/findings.h"
#include "reports/json_text.h"
#include "reports/numbers.h"
#include "suites/gates.h"
#include "suites/summaries.h"
#include "suites/version.h"

namespace robench {
namespace {

using nlohmann::json;

json threshold_json(const Threshold& threshold) {
  if (!threshold.available) return {{"value", nullptr}, {"reason", threshold.reason}};
  return {{"value", threshold.pooled},
          {"halves", threshold.of_half},
          {"target_fmr", number_or_null(threshold.target_fmr)},
          {"non_mated", threshold.non_mated},
          {"note", threshold.note}};
}

json models_json(const Experiment& experiment) {
  json models = json::object();
  for (std::size_t m = 0; m < experiment.cards.size(); ++m) {
    const ModelCard& card = experiment.cards[m];
    models[card.name] = {{"weights_sha256", experiment.model_hashes[m]},
                         {"card_sha256", card.text_sha256},
                         {"backend", card.backend},
                         {"dim", card.dim},
                         {"comparison", to_string(card.comparison)},
                         {"licence", card.licence}};
  }
  return models;
}

json perturbations_json(const Suite& suite) {
  json versions = json::object();
  for (const Condition& condition : suite.conditions)
    for (const Step& step : condition.steps) versions[step.perturbation] = step.spec().version;
  return versions;
}

std::string data_digest(const Experiment& experiment) {
  KeyBuilder key;
  for (std::size_t row = 0; row < experiment.data.samples.size(); ++row)
    key.add("id", experiment.data.samples[row].id).add("photo", experiment.photo_sha256[row]);
  return key.digest();
}

json provenance_json(const Experiment& experiment, const EvaluationData& data,
                     const std::vector<ModelEvaluation>& evaluations) {
  const Suite& suite = experiment.suite;
  std::set<std::string> photographs;
  for (const Sample& sample : experiment.data.samples) photographs.insert(sample.photograph);
  json thresholds = json::object();
  for (std::size_t m = 0; m < evaluations.size(); ++m)
    thresholds[experiment.cards[m].name] = threshold_json(evaluations[m].threshold);
  return {{"robench", version()},
          {"suite_text", suite.text},
          {"suite_sha256", sha256(suite.text)},
          {"data",
           {{"samples", experiment.data.samples.size()},
            {"photographs", photographs.size()},
            {"subjects", data.subject_count},
            {"protocol", experiment.data.protocol},
            {"trials", data.trials_note},
            {"sha256", data_digest(experiment)}}},
          {"detector", experiment.detector_identity},
          {"acquisition",
           {{"multi_face", to_string(experiment.policy.choice)},
            {"no_face", to_string(experiment.policy.no_face)}}},
          {"models", models_json(experiment)},
          {"perturbations", perturbations_json(suite)},
          {"thresholds", thresholds},
          {"apply_to", suite.apply_to == ApplyTo::both ? "both" : "probe"},
          {"severity_set", suite.calibration ? "calibrated" : to_string(suite.severity_set)},
          {"crop_px", suite.crop_px ? json(*suite.crop_px) : json("native")},
          {"repetitions", suite.repetitions},
          {"batch_size", batch_size(experiment)},
          {"shard_size", kShardSize}};
}

SampleRecord sample_record(const Experiment& experiment, std::size_t row, std::size_t model,
                           const ModelEvaluation& evaluation) {
  const Sample& sample = experiment.data.samples[row];
  const AcquiredFace& face = experiment.faces[row];
  SampleRecord record;
  record.path = sample.photograph;
  if (const auto hash = sample.id.rfind('#');
      hash != std::string::npos && sample.id.substr(0, hash) == sample.photograph)
    record.face = std::stoi(sample.id.substr(hash + 1));
  record.subject = sample.subject;
  record.status = to_string(face.status);
  record.reason = face.reason;
  record.model = experiment.cards[model].name;
  if (face.status != Status::ok) return record;
  record.box = face.face.box;
  record.inter_eye_px = face.face.landmarks.inter_eye_px();
  const auto measured = [&](const std::vector<float>& column) -> std::optional<double> {
    if (column.empty() || std::isnan(column[row])) return std::nullopt;
    return column[row];
  };
  record.brightness = measured(evaluation.brightness);
  record.sharpness = measured(evaluation.sharpness);
  record.fallback_box = face.face.fallback_box;
  record.summary = evaluation.summaries[row];
  if (const int worst = evaluation.summaries[row].worst_condition; worst >= 0)
    record.worst_condition = experiment.suite.conditions[static_cast<std::size_t>(worst)].label();
  return record;
}

std::vector<std::string> notes(const Experiment& experiment, const EvaluationData& data) {
  std::vector<std::string> all = experiment.data.notes;
  const bool of_faces = !is_of_probes(experiment.suite);  // probes have said that none is compared
  if (!data.trials_note.empty() && of_faces) all.push_back(data.trials_note);
  if (data.same_session_left_out > 0)
    all.push_back(fmt::format("{} within one photograph or session left out (same light, same camera)",
                              counted(data.same_session_left_out, "comparison")));
  if (data.unknown_subject_left_out > 0 && of_faces)
    all.push_back(fmt::format("{} left out because the subject of one side is unknown",
                              counted(data.unknown_subject_left_out, "comparison")));
  const auto fallbacks = std::count_if(
      experiment.faces.begin(), experiment.faces.end(),
      [](const AcquiredFace& face) { return face.status == Status::ok && face.face.fallback_box; });
  if (experiment.policy.no_face == NoFace::centre_box)
    all.push_back(fmt::format("{} of {} {} not detected and needed a fall-back box", fallbacks,
                              counted(experiment.faces.size(), "face"),
                              fallbacks == 1 ? "was" : "were"));
  const auto& conditions = experiment.suite.conditions;
  const auto at = [&](Stage stage) {
    return std::any_of(conditions.begin(), conditions.end(),
                       [&](const Condition& c) { return c.stage == stage; });
  };
  if (experiment.suite.apply_to == ApplyTo::both)
    all.emplace_back("references and probes are perturbed alike; the threshold is the clean one");
  all.insert(all.end(), experiment.calibration_notes.begin(), experiment.calibration_notes.end());
  if (experiment.suite.crop_px)
    all.push_back(
        fmt::format("severities of {}: every crop, the clean one too, was first resampled to {} px",
                    to_string(experiment.suite.severity_set), *experiment.suite.crop_px));
  if (at(Stage::crop))
    all.emplace_back("crop stage: aligned by clean landmarks, a lower bound on drift");
  if (at(Stage::capture))
    all.emplace_back(
        "capture stage: the face is found again on the perturbed photograph; a fall-back box does not "
        "count as found");
  return all;
}

}  // namespace

RunRecord make_record(const Experiment& experiment, const EvaluationData& data,
                      std::vector<ModelEvaluation> evaluations) {
  RunRecord run;
  run.suite = experiment.suite.name;
  run.data = experiment.data.name;
  run.seed = experiment.suite.seed;
  run.provenance = provenance_json(experiment, data, evaluations);
  run.notes = notes(experiment, data);
  for (const ModelCard& card : experiment.cards) run.models.push_back(card.name);
  for (std::size_t row = 0; row < experiment.data.samples.size(); ++row)
    for (std::size_t model = 0; model < evaluations.size(); ++model)
      run.samples.push_back(sample_record(experiment, row, model, evaluations[model]));
  run.summaries = summaries_of(experiment, data, evaluations);
  for (auto& evaluation : evaluations)
    std::move(evaluation.cells.begin(), evaluation.cells.end(), std::back_inserter(run.cells));
  run.gates = judge_gates(experiment.suite.gates, run);
  run.findings = findings(run);
  return run;
}

}  // namespace robench
