// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/run_record.h"
#include "reports/sample_words.h"

namespace robench {

/// Among the conditions of one family, by the value of the drift angle.
enum class Rank { between, least, most };

/// What a reader looks at first: one model under one condition. Pointers into the run; nullptr where
/// the run has no such measure. A measure may be there and have no value, with the reason in its note.
struct ComparisonEntry {
  const Measure* drift = nullptr;      // drift_angle_deg
  const Measure* non_match = nullptr;  // fnmr or self_non_match_rate
  const Measure* failure = nullptr;    // failure_to_acquire_rate
  const Measure* relative = nullptr;   // drift_relative:non_mated, on one scale for all models
  Rank rank = Rank::between;
};

struct ComparisonRow {
  bool clean = false;
  std::string family;
  std::string perturbation;
  std::string label;                     // "gamma@3", as in the record; "clean"
  std::string detail;                    // the label without the perturbation's name: "@3", "@5 left"
  std::vector<ComparisonEntry> entries;  // one per model of the run
};

/// One stage: the clean row first, then the conditions by family, each family in order of appearance.
/// Repetitions are pooled. Severity 0 of a perturbation is the clean picture and is not repeated.
struct StageComparison {
  std::string stage;
  std::vector<ComparisonRow> rows;
};

/// The models side by side. Points into `run`, which must outlive it.
struct ModelComparison {
  /// "fnmr"; "self_non_match_rate" where the run has no FNMR at all; "" where it has neither.
  std::string non_match;
  /// Where the FNMR is taken: "the threshold of clean FMR 1e-2", as the provenance has it; "the frozen
  /// clean threshold" where that does not say.
  std::string threshold;
  std::vector<std::string> models;
  std::vector<StageComparison> stages;
  Words samples{"face", "faces"};
};
[[nodiscard]] ModelComparison compare_models(const RunRecord& run);

/// Severity 0 of a perturbation: the clean picture under another name.
[[nodiscard]] bool repeats_clean(const CellRecord& cell);
/// nullptr when the cell has no such measure.
[[nodiscard]] const Measure* find_measure(const CellRecord& cell, std::string_view name);
/// The pooled clean cell of a model; nullptr when there is none.
[[nodiscard]] const CellRecord* clean_cell(const RunRecord& run, std::string_view model,
                                           std::string_view stage);
/// The pooled cells in the order of the record: `all` where there is such a repetition, else the first.
[[nodiscard]] std::vector<const CellRecord*> pooled_cells(const RunRecord& run);
/// The stages that were run, in order.
[[nodiscard]] std::vector<std::string> stages_of(const RunRecord& run);

}  // namespace robench
