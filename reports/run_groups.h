// SPDX-License-Identifier: Apache-2.0
// Which conditions a run has, and which groups of people it compared, read off the names of its
// measures.
#pragma once

#include <string>
#include <vector>

#include "reports/run_record.h"

namespace robench {

/// The pooled cells of a model at a stage, the clean one first where the suite has it; severity 0 of a
/// perturbation is not repeated.
[[nodiscard]] std::vector<const CellRecord*> condition_cells(const RunRecord& run,
                                                             const std::string& model,
                                                             const std::string& stage);
/// The families of the perturbed conditions among `cells`, in order of appearance.
[[nodiscard]] std::vector<std::string> families_in(const std::vector<const CellRecord*>& cells);
/// What stands behind `prefix` in the names of the measures that begin so, each once, in order.
[[nodiscard]] std::vector<std::string> name_endings(const std::vector<const CellRecord*>& cells,
                                                    const std::string& prefix);
/// The columns by which people were grouped: "gender".
[[nodiscard]] std::vector<std::string> groupings_in(const std::vector<const CellRecord*>& cells);
/// The groups of a grouping: "gender=female", without pairs of groups.
[[nodiscard]] std::vector<std::string> groups_in(const std::vector<const CellRecord*>& cells,
                                                 const std::string& grouping);
/// The pairs whose gap was compared with the clean one: "gender=female-male".
[[nodiscard]] std::vector<std::string> group_pairs_in(const std::vector<const CellRecord*>& cells);

}  // namespace robench
