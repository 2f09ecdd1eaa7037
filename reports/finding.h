// SPDX-License-Identifier: Apache-2.0
// The sentences that findings() chooses from. Each ends with a full stop; "" where the run does not
// support it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reports/comparison.h"

namespace robench::finding {

using Rows = std::vector<const ComparisonRow*>;

/// "a, b and c".
[[nodiscard]] std::string listed(const std::vector<std::string>& words);
/// "FNMR" or "self non-match rate".
[[nodiscard]] std::string rate_name(const std::string& non_match);
/// The perturbed conditions of a stage by family, in order.
[[nodiscard]] std::vector<std::pair<std::string, Rows>> families(const StageComparison& stage);
/// "cannot be told from `gamma@4`": the rows whose value of `measure` the intervals do not tell from
/// that of `worst`; "" when it stands alone.
[[nodiscard]] std::string overlap_remark(const Rows& rows, const ComparisonRow& worst, std::size_t model,
                                         const Measure* ComparisonEntry::*measure);

// Of every run.
[[nodiscard]] std::string what_moves_most(const ModelComparison& comparison);
[[nodiscard]] std::string how_models_compare(const ModelComparison& comparison);
[[nodiscard]] std::string what_cannot_be_told(const RunRecord& run);

// Of runs that support them, the most important first.
[[nodiscard]] std::string which_faces_are_lost(const RunRecord& run, const ModelComparison& comparison);
[[nodiscard]] std::string how_groups_differ(const RunRecord& run);
[[nodiscard]] std::string how_models_rank(const RunRecord& run);
[[nodiscard]] std::string where_rates_rise(const ModelComparison& comparison);
[[nodiscard]] std::string what_geometry_is_lost(const RunRecord& run);

}  // namespace robench::finding
