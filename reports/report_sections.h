// SPDX-License-Identifier: Apache-2.0
// The sections of report.md. Each returns Markdown, or "" when the run has nothing for it.
#pragma once

#include <string>

#include "reports/comparison.h"

namespace robench {

/// One paragraph: which data, how many faces, models, conditions, seed.
[[nodiscard]] std::string what_was_run(const RunRecord& run, const ModelComparison& comparison);
/// Models side by side, conditions down, one table per stage.
[[nodiscard]] std::string comparison_section(const ModelComparison& comparison);
/// Rates, curves and thresholds on the clean pictures.
[[nodiscard]] std::string verification_section(const RunRecord& run);
/// What the embeddings know of the face's geometry, clean and where they know least, per family.
[[nodiscard]] std::string geometry_section(const RunRecord& run);
/// What became of the faces, by status and model; the rates where the face is found again.
[[nodiscard]] std::string acquisition_section(const RunRecord& run);
/// Limits of the run and the reasons for missing values.
[[nodiscard]] std::string notes_section(const RunRecord& run);
/// Everything in `provenance`, whatever its keys: objects of objects as tables, texts as code blocks.
[[nodiscard]] std::string provenance_section(const RunRecord& run);

}  // namespace robench
