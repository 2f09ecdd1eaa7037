// SPDX-License-Identifier: Apache-2.0
#include "reports/outcome_files.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "models/digest.h"
#include "models/store.h"
#include "perturb/error.h"
#include "reports/json_text.h"

namespace robench {
namespace {

using nlohmann::json;

constexpr int kOutcomesSchema = 3;  // 2: vectors, 3: drift_scale
constexpr const char* kOutcomesFormat = "robench-outcomes";
constexpr const char* kOutcomesIndex = "outcomes.json";
constexpr const char* kMatrix = "outcomes.npy";

/// What the numbers of the status columns mean; a file says so itself.
constexpr std::array kStatuses = {Status::ok,
                                  Status::undecodable,
                                  Status::no_face,
                                  Status::several_faces,
                                  Status::wrong_face,
                                  Status::unusable_landmarks,
                                  Status::non_finite_embedding};

json threshold_json(const KeptThreshold& threshold) {
  return {{"available", threshold.available},
          {"reason", threshold.reason},
          {"of_half", {number_or_null(threshold.of_half[0]), number_or_null(threshold.of_half[1])}},
          {"pooled", number_or_null(threshold.pooled)}};
}

json trials_json(const std::vector<Trial>& trials) {
  json references = json::array();
  json probes = json::array();
  json mated = json::array();
  for (const Trial& trial : trials) {
    references.push_back(trial.reference);
    probes.push_back(trial.probe);
    mated.push_back(trial.mated ? 1 : 0);
  }
  return {{"reference", references}, {"probe", probes}, {"mated", mated}};
}

json conditions_json(const ModelOutcomes& model) {
  json conditions = json::array();
  for (const ConditionOutcomes& condition : model.conditions)
    conditions.push_back({{"stage", condition.stage},
                          {"perturbation", condition.perturbation},
                          {"family", condition.family},
                          {"label", condition.label},
                          {"params", condition.params},
                          {"clean", condition.clean},
                          {"repetitions", condition.repetitions}});
  return conditions;
}

/// Names of models are names of files too (ModelCard).
std::string vectors_file(const ModelOutcomes& model) { return "vectors-" + model.model + ".npy"; }

json model_json(const ModelOutcomes& model) {
  json entry = {{"model", model.model},
                {"identity", model.identity},
                {"threshold", threshold_json(model.threshold)},
                {"drift_scale",
                 {{"distance", number_or_null(model.scale.distance)},
                  {"pairs", model.scale.pairs},
                  {"of_non_mated", model.scale.of_non_mated}}},
                {"conditions", conditions_json(model)}};
  if (model.vectors.rows() > 0) entry["vectors"] = vectors_file(model);
  return entry;
}

json index_json(const RunOutcomes& outcomes) {
  json models = json::array();
  for (const ModelOutcomes& model : outcomes.models) models.push_back(model_json(model));
  json statuses = json::array();
  for (const Status status : kStatuses) statuses.push_back(std::string(to_string(status)));
  return {{"format", kOutcomesFormat},
          {"schema", kOutcomesSchema},
          {"setting", outcomes.setting},
          {"samples", outcomes.samples},
          {"units", outcomes.unit},
          {"halves", outcomes.half},
          {"trials", trials_json(outcomes.trials)},
          {"models", models},
          {"statuses", statuses}};
}

/// Calls visit(condition, repetition) in the order of the matrix' rows.
template <typename Outcomes, typename Visit>
void for_each_row(Outcomes& outcomes, const Visit& visit) {
  for (auto& model : outcomes.models)
    for (auto& condition : model.conditions)
      for (int r = 0; r < condition.repetitions; ++r) visit(condition, static_cast<std::size_t>(r));
}

EmbeddingMatrix matrix_of(const RunOutcomes& outcomes) {
  const std::size_t trials = outcomes.trials.size();
  const std::size_t samples = outcomes.samples.size();
  Eigen::Index rows = 0;
  for_each_row(outcomes, [&](const ConditionOutcomes&, std::size_t) { ++rows; });
  EmbeddingMatrix matrix(rows, static_cast<Eigen::Index>(trials + 2 * samples));
  Eigen::Index row = 0;
  for_each_row(outcomes, [&](const ConditionOutcomes& condition, std::size_t r) {
    float* out = matrix.row(row++).data();
    out = std::copy_n(condition.scores.data() + r * trials, trials, out);
    out = std::copy_n(condition.drift_deg.data() + r * samples, samples, out);
    for (std::size_t i = 0; i < samples; ++i)
      out[i] = static_cast<float>(
          std::find(kStatuses.begin(), kStatuses.end(), condition.status[r * samples + i]) -
          kStatuses.begin());
  });
  return matrix;
}

[[noreturn]] void broken(const std::filesystem::path& file, const std::string& what) {
  Diagnostic fault;
  fault.place.file = file.string();
  fault.message = what;
  fault.hint = "copy run.json together with its outcomes files, or run the suite again";
  throw ConfigError(std::vector<Diagnostic>{fault});
}

/// The bytes of a sidecar that run.json names, checked against the hash there.
std::string linked_bytes(const std::filesystem::path& folder, const std::string& name,
                         const json& link) {
  const std::filesystem::path file = folder / name;
  std::ifstream stream(file, std::ios::binary);
  if (!std::filesystem::is_regular_file(file) || !stream) broken(file, "the run's sidecar is missing");
  std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!link.contains(name) || link.at(name) != sha256(bytes))
    broken(file, "not the sidecar of this run: its hash is another one");
  return bytes;
}

double number_or_nan(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

ModelOutcomes model_of(const json& entry) {
  ModelOutcomes model;
  model.model = entry.at("model").get<std::string>();
  model.identity = entry.at("identity").get<std::map<std::string, std::string>>();
  const json& threshold = entry.at("threshold");
  model.threshold = {
      threshold.at("available").get<bool>(),
      threshold.at("reason").get<std::string>(),
      {number_or_nan(threshold.at("of_half").at(0)), number_or_nan(threshold.at("of_half").at(1))},
      number_or_nan(threshold.at("pooled"))};
  if (entry.contains("drift_scale")) {
    const json& scale = entry.at("drift_scale");
    model.scale = {number_or_nan(scale.at("distance")), scale.at("pairs").get<std::int64_t>(),
                   scale.at("of_non_mated").get<bool>()};
  }
  for (const json& condition : entry.at("conditions"))
    model.conditions.push_back({condition.at("stage").get<std::string>(),
                                condition.at("perturbation").get<std::string>(),
                                condition.at("family").get<std::string>(),
                                condition.at("label").get<std::string>(),
                                condition.at("params").get<std::string>(),
                                condition.at("clean").get<bool>(),
                                condition.at("repetitions").get<int>(),
                                {},
                                {},
                                {}});
  return model;
}

RunOutcomes outcomes_of(const json& index) {
  RunOutcomes outcomes;
  outcomes.setting = index.at("setting").get<std::map<std::string, std::string>>();
  outcomes.samples = index.at("samples").get<std::vector<std::string>>();
  outcomes.unit = index.at("units").get<std::vector<int>>();
  outcomes.half = index.at("halves").get<std::vector<int>>();
  for (const int unit : outcomes.unit) outcomes.units = std::max(outcomes.units, unit + 1);
  const auto references = index.at("trials").at("reference").get<std::vector<std::uint32_t>>();
  const auto probes = index.at("trials").at("probe").get<std::vector<std::uint32_t>>();
  const auto mated = index.at("trials").at("mated").get<std::vector<int>>();
  for (std::size_t i = 0; i < references.size(); ++i)
    outcomes.trials.push_back({references[i], probes.at(i), mated.at(i) != 0, -1});
  for (const json& entry : index.at("models")) outcomes.models.push_back(model_of(entry));
  return outcomes;
}

void fill_rows(RunOutcomes& outcomes, const EmbeddingMatrix& matrix) {
  const std::size_t trials = outcomes.trials.size();
  const std::size_t samples = outcomes.samples.size();
  Eigen::Index row = 0;
  for_each_row(outcomes, [&](ConditionOutcomes& condition, std::size_t) {
    const float* in = matrix.row(row++).data();
    condition.scores.insert(condition.scores.end(), in, in + trials);
    condition.drift_deg.insert(condition.drift_deg.end(), in + trials, in + trials + samples);
    for (std::size_t i = 0; i < samples; ++i)
      condition.status.push_back(kStatuses.at(static_cast<std::size_t>(in[trials + samples + i])));
  });
}

/// The vectors that the index names for a model; none where it names none.
EmbeddingMatrix vectors_of(const std::filesystem::path& folder, const json& entry, const json& link,
                           std::size_t samples) {
  if (!entry.contains("vectors")) return {};
  const std::string name = entry.at("vectors").get<std::string>();
  if (name.find('/') != std::string::npos)
    broken(folder / kOutcomesIndex, "broken: a name with a folder");
  auto vectors = parse_npy(linked_bytes(folder, name, link));
  if (!vectors || vectors->cols() == 0 || vectors->rows() != static_cast<Eigen::Index>(samples))
    broken(folder / name,
           fmt::format("not the vectors of {} samples as {} says", samples, kOutcomesIndex));
  return std::move(*vectors);
}

RunOutcomes decoded(const std::filesystem::path& folder, const json& link) {
  RunOutcomes outcomes;
  const json index = json::parse(linked_bytes(folder, kOutcomesIndex, link));
  if (index.at("format") != kOutcomesFormat || index.at("schema") < 1 ||
      index.at("schema") > kOutcomesSchema)
    broken(folder / kOutcomesIndex,
           fmt::format("this robench reads {} of schema 1 to {}", kOutcomesFormat, kOutcomesSchema));
  outcomes = outcomes_of(index);
  const auto matrix = parse_npy(linked_bytes(folder, kMatrix, link));
  Eigen::Index rows = 0;
  for_each_row(outcomes, [&](const ConditionOutcomes&, std::size_t) { ++rows; });
  const std::size_t columns = outcomes.trials.size() + 2 * outcomes.samples.size();
  if (!matrix || matrix->rows() != rows || matrix->cols() != static_cast<Eigen::Index>(columns))
    broken(folder / kMatrix,
           fmt::format("not {} x {} numbers as {} says", rows, columns, kOutcomesIndex));
  fill_rows(outcomes, *matrix);
  for (std::size_t m = 0; m < outcomes.models.size(); ++m)
    outcomes.models[m].vectors =
        vectors_of(folder, index.at("models").at(m), link, outcomes.samples.size());
  return outcomes;
}

}  // namespace

bool is_vectors_file(const std::string& name) {
  return name.starts_with("vectors-") && name.ends_with(".npy");
}

OutcomeFiles encode_outcomes(const RunOutcomes& outcomes) {
  OutcomeFiles result;
  result.files.emplace_back(kOutcomesIndex, json_text(index_json(outcomes)));
  result.files.emplace_back(kMatrix, npy_bytes(matrix_of(outcomes)));
  for (const ModelOutcomes& model : outcomes.models)
    if (model.vectors.rows() > 0)
      result.files.emplace_back(vectors_file(model), npy_bytes(model.vectors));
  for (const auto& [name, bytes] : result.files) result.link[name] = sha256(bytes);
  return result;
}

RunOutcomes read_outcomes(const std::filesystem::path& run_file, const RunRecord& run) {
  if (run.outcomes.is_null())
    broken(run_file, "this run keeps no outcomes, which a paired comparison needs");
  try {
    return decoded(run_file.parent_path(), run.outcomes);
  } catch (const json::exception& error) {
    broken(run_file.parent_path() / kOutcomesIndex, fmt::format("broken: {}", error.what()));
  } catch (const std::out_of_range&) {
    broken(run_file.parent_path() / kOutcomesIndex, "broken: lists of different lengths");
  }
}

}  // namespace robench
