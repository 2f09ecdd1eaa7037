// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/run_record.h"

namespace robench {

/// Three to five plain sentences with numbers and intervals. First which condition of each family moves
/// the embeddings most, and how the models compare; then, as far as the run supports them and five are
/// not reached: lost faces, groups of people, ranking, where error rates rise, geometry; last what this
/// data cannot tell, with the command that would answer it. "Most" is stated within a family only.
[[nodiscard]] std::vector<std::string> findings(const RunRecord& run);

}  // namespace robench
