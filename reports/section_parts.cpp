// SPDX-License-Identifier: Apache-2.0
#include "reports/section_parts.h"

#include "reports/markdown.h"
#include "reports/numbers.h"

namespace robench {

std::vector<std::string> code_spans(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const std::string& name : names) result.push_back(markdown_code(name));
  return result;
}

std::string count_in_words(const Measure* measure) {
  if (!available(measure)) return "n/a";
  return grouped(measure->n) + (measure->n < kFewSamples ? " (few)" : "");
}

std::string value_and_interval(const Measure* measure, int decimals) {
  const Shown parts = shown(measure, decimals);
  return parts.interval.empty() ? parts.value : parts.value + " " + parts.interval;
}

std::vector<const CellRecord*> clean_cells(const RunRecord& run, const std::string& stage) {
  std::vector<const CellRecord*> cells;
  for (const std::string& model : run.models) cells.push_back(clean_cell(run, model, stage));
  return cells;
}

}  // namespace robench
