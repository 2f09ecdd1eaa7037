// SPDX-License-Identifier: Apache-2.0
#include "suites/summaries.h"

#include <algorithm>
#include <tuple>

#include "metrics/run_summary.h"

namespace robench {
namespace {

ModelResult result_of(const Experiment& experiment, std::size_t model,
                      const ModelEvaluation& evaluation) {
  ModelResult result;
  result.model = experiment.cards[model].name;
  const auto& conditions = experiment.suite.conditions;
  for (std::size_t i = 0; i < conditions.size(); ++i)
    result.conditions.push_back({std::string(to_string(conditions[i].stage)),
                                 conditions[i].perturbation(), conditions[i].family(),
                                 conditions[i].label(), conditions[i].severity(),
                                 conditions[i].is_clean(), &evaluation.errors[i]});
  return result;
}

/// Perturbations, then families, then all.
int kind_of(const SummaryRecord& record) {
  return record.scope == "all" ? 2 : record.scope.starts_with("family:") ? 1 : 0;
}

/// By model and stage in the order of the run, what is of all models last.
void sort_records(std::vector<SummaryRecord>& records, const std::vector<ModelResult>& models) {
  const auto place = [&](const SummaryRecord& record) {
    const auto model = std::find_if(models.begin(), models.end(), [&](const ModelResult& known) {
      return known.model == record.model;
    });
    const bool capture = record.stage == to_string(Stage::capture);
    return std::tuple(model - models.begin(), capture, kind_of(record));
  };
  std::stable_sort(records.begin(), records.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

}  // namespace

std::vector<SummaryRecord> summaries_of(const Experiment& experiment, const EvaluationData& data,
                                        const std::vector<ModelEvaluation>& evaluations) {
  std::vector<ModelResult> results;
  for (std::size_t m = 0; m < evaluations.size(); ++m)
    results.push_back(result_of(experiment, m, evaluations[m]));
  const SubjectBootstrap bootstrap(resampling_units(data).count, data.seed);
  std::vector<SummaryRecord> records;
  for (SummaryRow& row : summarise_run(summary_input(results, bootstrap, experiment.suite.summaries))) {
    auto record = std::find_if(records.begin(), records.end(), [&](const SummaryRecord& known) {
      return known.model == row.model && known.stage == row.stage && known.scope == row.scope;
    });
    if (record == records.end()) record = records.insert(record, {row.model, row.stage, row.scope, {}});
    record->measures.push_back(std::move(row.measure));
  }
  sort_records(records, results);
  return records;
}

}  // namespace robench
