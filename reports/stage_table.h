// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/comparison.h"
#include "reports/painter.h"

namespace robench {

/// Where failure to acquire and n stand: in the lines above the table when they are the same
/// everywhere, in two columns at the right when the models share them, or in two columns per model.
enum class CountsPlace { above, shared_columns, per_model };
[[nodiscard]] CountsPlace counts_place(const ModelComparison& comparison);

/// "FNMR", "SNMR" (self non-match rate), or "" where the run has no such rate.
[[nodiscard]] std::string rate_title(const ModelComparison& comparison);
/// n of a measure with a `*` where it is small; "n/a" without a value.
[[nodiscard]] std::string count_text(const Measure* measure);

/// The models of one stage side by side, conditions down. Where they do not fit into `columns`, the
/// models follow underneath each other in blocks of equal shape.
[[nodiscard]] std::string stage_table(const ModelComparison& comparison, const StageComparison& stage,
                                      int columns, const Painter& paint);

}  // namespace robench
