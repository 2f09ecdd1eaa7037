// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "metrics/trial.h"
#include "reports/run_record.h"
#include "suites/evaluation.h"
#include "suites/experiment.h"

namespace robench {

/// The robustness summaries of a run, by model, stage and scope. Empty where no perturbation was run at
/// kMinSeverities severities.
[[nodiscard]] std::vector<SummaryRecord> summaries_of(const Experiment& experiment,
                                                      const EvaluationData& data,
                                                      const std::vector<ModelEvaluation>& evaluations);

}  // namespace robench
