// SPDX-License-Identifier: Apache-2.0
// What the embeddings know of the shape of the face, for report.md.
#include <algorithm>

#include <fmt/format.h>

#include "reports/markdown.h"
#include "reports/numbers.h"
#include "reports/report_sections.h"
#include "reports/section_parts.h"

namespace robench {
namespace {

using Names = std::vector<std::string>;

/// The conditions of one family at one stage for one model.
std::vector<const CellRecord*> conditions_of(const std::vector<const CellRecord*>& pooled,
                                             const std::string& model, const std::string& stage,
                                             const std::string& family) {
  std::vector<const CellRecord*> cells;
  for (const CellRecord* cell : pooled) {
    const bool wanted = cell->model == model && cell->stage == stage && cell->family == family;
    if (wanted && !repeats_clean(*cell)) cells.push_back(cell);
  }
  return cells;
}

std::string lowest_among(const std::vector<const CellRecord*>& cells, const std::string& name) {
  const CellRecord* lowest = nullptr;
  double value = 0;
  for (const CellRecord* cell : cells) {
    const Measure* measure = find_measure(*cell, name);
    if (!available(measure) || (lowest != nullptr && measure->value >= value)) continue;
    lowest = cell;
    value = measure->value;
  }
  if (lowest == nullptr) return "n/a";
  return shown(find_measure(*lowest, name)).value + " at " + markdown_code(lowest->label);
}

std::string geometry_table(const RunRecord& run, const std::string& stage, const std::string& family,
                           const Names& names) {
  const auto pooled = pooled_cells(run);
  const auto clean = clean_cells(run, stage);
  Names titles{"quantity"};
  for (const std::string& model : run.models) {
    titles.push_back(markdown_text(model) + "<br>clean [95 % CI]");
    titles.push_back(markdown_text(model) + "<br>lowest in " + markdown_text(family));
  }
  MarkdownTable table(titles);
  for (const std::string& name : names) {
    Names cells{markdown_code(name)};
    for (std::size_t m = 0; m < run.models.size(); ++m) {
      const Measure* measure = clean[m] == nullptr ? nullptr : find_measure(*clean[m], name);
      cells.push_back(value_and_interval(measure, 1));
      cells.push_back(lowest_among(conditions_of(pooled, run.models[m], stage, family), name));
    }
    table.add(std::move(cells));
  }
  return table.text();
}

Names families_of(const RunRecord& run, const std::string& stage) {
  Names families;
  for (const CellRecord& cell : run.cells) {
    if (cell.stage == stage && cell.perturbation != "identity") add_once(families, cell.family);
  }
  return families;
}

}  // namespace

std::string geometry_section(const RunRecord& run) {
  const Names stages = stages_of(run);
  if (stages.empty()) return "";
  const std::string& stage = stages.front();
  const Names names = names_of(clean_cells(run, stage),
                               [](const std::string& name) { return name.starts_with("geometry_"); });
  if (names.empty()) return "";
  const bool has_value = std::any_of(run.cells.begin(), run.cells.end(), [](const CellRecord& cell) {
    return std::any_of(cell.measures.begin(), cell.measures.end(), [](const Measure& measure) {
      return measure.name.starts_with("geometry_") && available(&measure);
    });
  });
  if (!has_value) return "\n## Geometry\n\nNo value; the reason is in the notes.\n";
  std::string text = fmt::format(
      "\n## Geometry\n\nWhat of the face's geometry can be read from the embedding, {} stage: probes "
      "trained on clean embeddings, frozen for the conditions.\n",
      markdown_text(stage));
  for (const std::string& family : families_of(run, stage)) {
    text +=
        fmt::format("\n### {}\n\n", markdown_text(family)) + geometry_table(run, stage, family, names);
  }
  return text;
}

}  // namespace robench
