// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/run_record.h"

namespace robench {

/// Error rates by group of people, one table for each stage, model and grouping, for report.md; "" when
/// the run compared no groups.
[[nodiscard]] std::string group_section(const RunRecord& run);

}  // namespace robench
