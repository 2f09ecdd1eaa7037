// SPDX-License-Identifier: Apache-2.0
#include "suites/evaluation.h"

#include <map>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "metrics/metric.h"
#include "perturb/error.h"
#include "reports/run_record.h"
#include "suites/embedding_stage.h"
#include "suites/interrupt.h"
#include "suites/progress.h"

namespace robench {
namespace {

using Metrics = std::vector<std::unique_ptr<PreparedMetric>>;

CellRecord empty_record(const Condition& condition, const std::string& model, std::string repetition) {
  CellRecord record;
  record.model = model;
  record.stage = to_string(condition.stage);
  record.perturbation = condition.perturbation();
  record.family = condition.family();
  record.label = condition.label();
  record.severity = condition.severity();
  record.params = condition.params();
  record.repetition = std::move(repetition);
  return record;
}

std::vector<Measure> measure(const Metrics& metrics, const Cell& cell) {
  std::vector<Measure> all;
  for (const auto& metric : metrics) {
    auto measures = metric->evaluate(cell);
    std::move(measures.begin(), measures.end(), std::back_inserter(all));
  }
  return all;
}

std::vector<const EmbeddingTable*> pointers_to(const std::vector<EmbeddingTable>& tables) {
  std::vector<const EmbeddingTable*> pointers;
  for (const EmbeddingTable& table : tables) pointers.push_back(&table);
  return pointers;
}

/// The same steps in the crop stage; nullopt for a crop-stage condition and where the suite lacks it.
std::optional<std::size_t> twin_in_crop_stage(const Suite& suite, const Condition& condition) {
  if (condition.stage == Stage::crop) return std::nullopt;
  Condition twin = condition;
  twin.stage = Stage::crop;
  for (std::size_t i = 0; i < suite.conditions.size(); ++i)
    if (suite.conditions[i].pixel_key() == twin.pixel_key()) return i;
  return std::nullopt;
}

/// All rows of one condition. Repetitions of a condition without randomness are the same pixels, so
/// they are judged once and pooling them would only feign a larger n.
std::vector<CellRecord> judge_condition(const Experiment& experiment, std::size_t model,
                                        std::size_t index, const Metrics& metrics, const Store& store,
                                        std::vector<EmbeddingTable>& tables) {
  const Condition& condition = experiment.suite.conditions[index];
  const int repetitions = experiment.suite.repetitions;
  const bool differ = condition.is_random() && !condition.is_clean();
  const auto twin = twin_in_crop_stage(experiment.suite, condition);
  std::vector<EmbeddingTable> twins;
  for (int r = 1; r <= (differ ? repetitions : 1); ++r) {
    tables.push_back(load_table(experiment, store, model, index, r));
    if (twin) twins.push_back(load_table(experiment, store, model, *twin, r));
  }

  std::vector<std::vector<Measure>> single;
  const Cell pooled{condition, pointers_to(tables), pointers_to(twins)};
  for (std::size_t r = 0; r < tables.size(); ++r) {
    Cell cell{condition, {&tables[r]}};
    if (twin) cell.in_crop_stage = {&twins[r]};
    single.push_back(measure(metrics, cell));
  }
  std::vector<CellRecord> records;
  for (int r = 1; r <= repetitions; ++r) {
    records.push_back(empty_record(condition, experiment.cards[model].name, std::to_string(r)));
    records.back().measures = single[differ ? static_cast<std::size_t>(r - 1) : 0];
  }
  records.push_back(empty_record(condition, experiment.cards[model].name, "all"));
  records.back().measures = tables.size() > 1 ? measure(metrics, pooled) : single.front();
  return records;
}

/// What the summaries of the run need; repetitions are pooled.
ConditionErrors errors_of(const CleanContext& context, const ResamplingUnits& units,
                          const std::vector<const EmbeddingTable*>& perturbed,
                          const std::vector<Measure>& measures) {
  ConditionErrors errors = condition_errors(context, units, perturbed);
  for (const Measure& measure : measures)
    if (measure.name == "fmr") errors.fmr = measure;
  return errors;
}

/// Lets each metric see all conditions, those of each repetition and the pooled ones for themselves.
void finish(const Metrics& metrics, const Suite& suite, std::vector<std::vector<CellRecord>>& records) {
  std::map<std::string, std::vector<JudgedCell>> by_repetition;
  for (std::size_t index = 0; index < records.size(); ++index)
    for (CellRecord& record : records[index])
      by_repetition[record.repetition].push_back({&suite.conditions[index], &record.measures});
  for (const auto& [repetition, cells] : by_repetition)
    for (const auto& metric : metrics) metric->finish(cells);
}

/// The suite's rule, with the threshold of the other run filled in where the suite names one.
ThresholdRule threshold_rule(const Suite& suite, const std::string& model) {
  ThresholdRule rule = suite.threshold;
  if (rule.from != ThresholdRule::From::run) return rule;
  const RunRecord run = read_run(suite.threshold_run);
  const auto& thresholds = run.provenance.at("thresholds");
  if (!thresholds.contains(model) || !thresholds[model]["value"].is_number())
    throw ConfigError(fmt::format("{} holds no threshold of model '{}'", rule.run_file, model),
                      "run that suite with this model, or use `threshold: { from: data }`");
  rule.run_value = thresholds[model]["value"].get<double>();
  return rule;
}

}  // namespace

std::size_t clean_condition(const Suite& suite) {
  for (std::size_t i = 0; i < suite.conditions.size(); ++i)
    if (suite.conditions[i].is_clean()) return i;
  ROBENCH_ASSERT(false && "a suite always has a clean condition");
  return 0;
}

ModelEvaluation evaluate_model(const Experiment& experiment, const EvaluationData& data,
                               std::size_t model, const Store& store) {
  const Suite& suite = experiment.suite;
  const ModelCard& card = experiment.cards[model];
  const EmbeddingTable clean = load_table(experiment, store, model, clean_condition(suite), 1);
  ModelEvaluation result;
  result.threshold = make_threshold(threshold_rule(suite, card.name), card, data, clean);
  if (keeps_vectors(suite)) result.clean_vectors = clean.vectors;
  result.scale = drift_scale(data, clean);
  result.brightness = clean.brightness;
  result.sharpness = clean.sharpness;
  const CleanContext context{card, data, clean, result.threshold};
  Metrics metrics;
  for (const auto& name : suite.metrics) metrics.push_back(find_metric(name)->prepare(context));

  std::vector<std::vector<CellRecord>> records(suite.conditions.size());
  std::vector<std::vector<float>> drift(suite.conditions.size());
  const ResamplingUnits units = resampling_units(data);
  result.errors.assign(suite.conditions.size(), {UnitMean(0), UnitMean(0), {}});
  result.outcomes.resize(suite.conditions.size());
  std::vector<Trial> trials;
  for (const std::uint32_t i : kept_trials(data)) trials.push_back(data.trials[i]);
  Progress progress("measuring", static_cast<std::int64_t>(suite.conditions.size()),
                    "conditions of " + card.name);
  tbb::parallel_for(std::size_t{0}, suite.conditions.size(), [&](std::size_t index) {
    if (interrupt_requested()) return;
    std::vector<EmbeddingTable> tables;
    records[index] = judge_condition(experiment, model, index, metrics, store, tables);
    const auto perturbed = pointers_to(tables);
    result.errors[index] = errors_of(context, units, perturbed, records[index].back().measures);
    result.outcomes[index] = condition_outcomes(context, trials, perturbed);
    if (!suite.conditions[index].is_clean()) drift[index] = drift_of_samples(clean, tables.front());
    progress.advance();
  });
  if (interrupt_requested()) throw Interrupted();
  finish(metrics, suite, records);
  for (auto& of_condition : records)
    std::move(of_condition.begin(), of_condition.end(), std::back_inserter(result.cells));

  std::vector<std::size_t> perturbed;
  std::vector<std::vector<float>> perturbed_drift;
  for (std::size_t index = 0; index < drift.size(); ++index) {
    if (drift[index].empty()) continue;
    perturbed.push_back(index);
    perturbed_drift.push_back(std::move(drift[index]));
  }
  result.summaries = summarise_samples(clean, perturbed_drift);
  for (auto& summary : result.summaries)
    if (summary.worst_condition >= 0)
      summary.worst_condition =
          static_cast<int>(perturbed[static_cast<std::size_t>(summary.worst_condition)]);
  return result;
}

}  // namespace robench
