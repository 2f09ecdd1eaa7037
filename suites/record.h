// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/trial.h"
#include "reports/run_record.h"
#include "suites/evaluation.h"
#include "suites/experiment.h"

namespace robench {

/// The record of a run, without `execution`, from what was planned and what was measured.
/// evaluations: one per model, in the order of the cards.
[[nodiscard]] RunRecord make_record(const Experiment& experiment, const EvaluationData& data,
                                    std::vector<ModelEvaluation> evaluations);

}  // namespace robench
