// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/run_record.h"

namespace robench {

/// Robustness over the conditions of the run, for report.md; "" when there is none.
[[nodiscard]] std::string summary_section(const RunRecord& run);

/// The same in a few plain sentences, for the terminal: all families, mCE, the order of the models.
[[nodiscard]] std::vector<std::string> summary_sentences(const RunRecord& run);

}  // namespace robench
