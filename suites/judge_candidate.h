// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "reports/gate_report.h"
#include "suites/gate_rules.h"
#include "suites/two_runs.h"

namespace robench {

/// Judges the models of `candidate` beside those of `baseline` (pairs of indices).
/// Pass: identical, or the upper limit of the paired loss is at most the margin. Fail: the lower limit
/// is above 0 and the loss above the margin. Else undecided. Limits are simultaneous over all gated
/// values. Throws ConfigError where a line of the rules concerns no value of these runs.
[[nodiscard]] GateReport judge_candidate(const LoadedRun& baseline, const LoadedRun& candidate,
                                         const std::vector<std::pair<std::size_t, std::size_t>>& pairs,
                                         const GateRules& rules);

}  // namespace robench
