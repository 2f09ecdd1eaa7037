// SPDX-License-Identifier: Apache-2.0
// What the sections of report.md share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/comparison.h"
#include "reports/missing_values.h"

namespace robench {

/// Each as a code span.
[[nodiscard]] std::vector<std::string> code_spans(const std::vector<std::string>& names);
/// n, "(few)" below kFewSamples; "n/a" without a value.
[[nodiscard]] std::string count_in_words(const Measure* measure);
/// "12.3 [11.8, 12.9]".
[[nodiscard]] std::string value_and_interval(const Measure* measure, int decimals);
/// The pooled clean cell of each model; nullptr where a model was not judged.
[[nodiscard]] std::vector<const CellRecord*> clean_cells(const RunRecord& run, const std::string& stage);

/// Names of the cells' measures for which `wanted` holds, in order of appearance.
template <typename Wanted>
std::vector<std::string> names_of(const std::vector<const CellRecord*>& cells, Wanted wanted) {
  std::vector<std::string> names;
  for (const CellRecord* cell : cells) {
    if (cell == nullptr) continue;
    for (const Measure& measure : cell->measures) {
      if (wanted(measure.name)) add_once(names, measure.name);
    }
  }
  return names;
}

}  // namespace robench
