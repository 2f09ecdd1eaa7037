// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "reports/run_record.h"
#include "suites/suite.h"

namespace robench {

/// Judges the `require:` lines. A gate that meets no measured value fails and says so: a typing error
/// in a gate must not look like success.
[[nodiscard]] std::vector<GateRecord> judge_gates(const std::vector<Gate>& gates, const RunRecord& run);

}  // namespace robench
