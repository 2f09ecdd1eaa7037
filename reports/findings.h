// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/run_record.h"

namespace robench {

/// Three plain sentences with numbers and intervals: which condition of each family moves the
/// embeddings most, how the models compare, and what this data cannot tell with the command that
/// would answer it. "Worst" is stated within a family only.
[[nodiscard]] std::vector<std::string> findings(const RunRecord& run);

}  // namespace robench
