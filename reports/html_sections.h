// SPDX-License-Identifier: Apache-2.0
// The sections of report.html. Each returns HTML, or "" when the run has nothing for it. All text that
// comes from the run is escaped.
#pragma once

#include <string>
#include <vector>

#include "reports/comparison.h"
#include "reports/figure.h"

namespace robench {

/// A section with an id and a heading; "" where `inside` is "".
[[nodiscard]] std::string html_section(const std::string& id, const std::string& title,
                                       const std::string& inside);

/// How many gates of the suite failed and which, for the place below the title; "" without gates.
[[nodiscard]] std::string html_verdict(const RunRecord& run);
/// Every gate and what was found.
[[nodiscard]] std::string html_gates(const RunRecord& run);
/// The findings, in words.
[[nodiscard]] std::string html_findings(const RunRecord& run);
/// Models by families as a heat map.
[[nodiscard]] std::string html_matrix(const RunRecord& run, const ModelComparison& comparison);
/// The condition of each family that moves a model most.
[[nodiscard]] std::string html_worst(const RunRecord& run, const ModelComparison& comparison);
/// Faces under the condition of each family that moves the embeddings most, where the run may show any.
[[nodiscard]] std::string html_examples(const RunRecord& run);
/// What may be chosen: models, families, severities, stages.
[[nodiscard]] std::string html_filters(const RunRecord& run);
/// The figures of one section ("curves"), with their data for the download.
[[nodiscard]] std::string html_figures(const std::vector<Figure>& figures, const std::string& section);
/// Drift, rate and failures of every condition and model, sortable.
[[nodiscard]] std::string html_conditions(const RunRecord& run, const ModelComparison& comparison);
/// How the faces of the run were acquired.
[[nodiscard]] std::string html_acquisition(const RunRecord& run);
/// Every measure of the run, as data for a table that sorts and searches.
[[nodiscard]] std::string html_rows(const RunRecord& run);
[[nodiscard]] std::string html_notes(const RunRecord& run);
/// All that the numbers depend on.
[[nodiscard]] std::string html_provenance(const RunRecord& run);
/// The only part that may differ between equal runs: the command as typed, when, how long, how many
/// threads.
[[nodiscard]] std::string html_execution(const RunRecord& run);

}  // namespace robench
