// SPDX-License-Identifier: Apache-2.0
// What became of the faces, for report.md.
#include <map>

#include <fmt/format.h>

#include "reports/markdown.h"
#include "reports/numbers.h"
#include "reports/report_sections.h"
#include "reports/section_parts.h"

namespace robench {
namespace {

using Names = std::vector<std::string>;

std::string status_table(const RunRecord& run) {
  std::map<std::string, std::map<std::string, int>> counts;  // status, model
  std::map<std::string, int> fallbacks;
  for (const SampleRecord& sample : run.samples) {
    ++counts[sample.status][sample.model];
    fallbacks[sample.model] += sample.fallback_box ? 1 : 0;
  }
  Names titles{"clean pictures"};
  for (const std::string& model : run.models) titles.push_back(markdown_text(model));
  MarkdownTable table(titles);
  const auto add = [&](const std::string& label, std::map<std::string, int>& by_model) {
    Names cells{label};
    for (const std::string& model : run.models) cells.push_back(grouped(by_model[model]));
    table.add(std::move(cells));
  };
  add("`ok`", counts["ok"]);
  for (auto& [status, by_model] : counts) {
    if (status != "ok") add(markdown_code(status), by_model);
  }
  add("of the `ok`: fall-back box", fallbacks);
  return table.text();
}

/// Why faces were not found again, condition by condition. No model takes part in that, so the first
/// one's cells speak for all.
std::string search_table(const RunRecord& run, const std::string& stage) {
  static const std::string kReason = "failure_to_acquire_rate:";
  const auto is_wanted = [](const std::string& name) {
    return name == "wrong_face_rate" ||
           (name.starts_with(kReason) && name != kReason + "non_finite_embedding");
  };
  std::vector<const CellRecord*> cells;
  for (const CellRecord* cell : pooled_cells(run)) {
    const bool wanted = cell->stage == stage && cell->model == run.models.front();
    if (wanted && !repeats_clean(*cell)) cells.push_back(cell);
  }
  const Names names = names_of(cells, is_wanted);
  if (names.empty()) return "";
  Names titles{"condition"};
  for (const std::string& name : names) titles.push_back(markdown_code(name) + "<br>% [95 % CI]");
  MarkdownTable table(titles);
  for (const CellRecord* cell : cells) {
    Names row{cell->perturbation == "identity" ? "clean" : markdown_code(cell->label)};
    for (const std::string& name : names) {
      const Measure* measure = find_measure(*cell, name);
      // A reason that does not occur has no row in the record.
      row.push_back(measure == nullptr ? "0.0" : value_and_interval(measure, 1));
    }
    table.add(std::move(row));
  }
  return fmt::format("\nFound again at the {} stage:\n\n", markdown_text(stage)) + table.text();
}

}  // namespace

std::string acquisition_section(const RunRecord& run) {
  if (run.samples.empty()) return "";
  std::string text = "\n## Acquisition\n\n" + status_table(run);
  for (const std::string& stage : stages_of(run)) {
    if (stage != "crop") text += search_table(run, stage);
  }
  return text;
}

}  // namespace robench
