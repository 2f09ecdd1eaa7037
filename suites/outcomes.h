// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/outcomes.h"
#include "reports/run_record.h"
#include "suites/evaluation.h"
#include "suites/experiment.h"

namespace robench {

/// Takes the outcomes of each model out of its evaluation, and names them.
[[nodiscard]] std::vector<ModelOutcomes> take_outcomes(const Experiment& experiment,
                                                       std::vector<ModelEvaluation>& evaluations);

/// What a later comparison with another run needs; `run` is the record of the same run, not yet private.
[[nodiscard]] RunOutcomes make_outcomes(const Experiment& experiment, const EvaluationData& data,
                                        const RunRecord& run, std::vector<ModelOutcomes> models);

/// Bins and curves of each model and condition, for the record of the run.
[[nodiscard]] std::vector<CurveRecord> curve_records(const RunOutcomes& outcomes);

}  // namespace robench
