// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "metrics/condition_errors.h"
#include "metrics/outcomes.h"
#include "metrics/threshold.h"
#include "metrics/trial.h"
#include "models/store.h"
#include "reports/run_record.h"
#include "suites/experiment.h"

namespace robench {

/// What the metrics say of one model.
struct ModelEvaluation {
  Threshold threshold;
  std::vector<CellRecord> cells;            // by condition, then repetition, then "all"
  std::vector<SampleSummary> summaries;     // per sample
  std::vector<ConditionErrors> errors;      // by condition, repetitions pooled
  std::vector<ConditionOutcomes> outcomes;  // by condition, without names
  EmbeddingMatrix clean_vectors;            // where the run keeps them, else without rows
  DriftScale scale;
  std::vector<float> brightness;  // per sample, of the clean face; NaN = not measured
  std::vector<float> sharpness;
};

/// Judges all conditions of one model from the stored embeddings. Conditions are judged in parallel,
/// each by pure functions, and written in the order of the suite.
[[nodiscard]] ModelEvaluation evaluate_model(const Experiment& experiment, const EvaluationData& data,
                                             std::size_t model, const Store& store);

/// The clean condition of the suite: index of the first one.
[[nodiscard]] std::size_t clean_condition(const Suite& suite);

}  // namespace robench
