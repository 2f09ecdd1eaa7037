// SPDX-License-Identifier: Apache-2.0
#include "reports/fusion_section.h"

#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "reports/comparison.h"
#include "reports/markdown.h"
#include "reports/numbers.h"

namespace robench {
namespace {

constexpr int kFusionDecimals = 2;  // of percent

std::string fusion_value_text(const CellRecord& cell, std::string_view name) {
  const Shown parts = shown(find_measure(cell, name), kFusionDecimals);
  return parts.interval.empty() ? parts.value : parts.value + " " + parts.interval;
}

/// "gain", "loss" or "no gain shown": the note says it before the bracket.
std::string verdict_text(const CellRecord& cell) {
  const Measure* verdict = find_measure(cell, "fusion_verdict");
  if (!available(verdict)) return "n/a";
  return verdict->note.substr(0, verdict->note.find(" ("));
}

/// What the shapes were measured on: "clean", "measured again" or "oracle".
std::string shapes_text(const CellRecord& cell) {
  if (cell.perturbation == "identity") return "clean";
  const Measure* gain = find_measure(cell, "fusion_gain");
  return gain->note.starts_with("oracle") ? "oracle" : "measured again";
}

std::string fusion_table_of(const RunRecord& run, const std::string& stage) {
  MarkdownTable table({"condition", "model", "shape", "model alone<br>FNMR, %", "shape alone<br>FNMR, %",
                       "both<br>FNMR, %", "gain<br>points [95 % CI]", "gain of random<br>shapes, points",
                       "verdict"});
  for (const std::size_t column : {1, 2, 8}) table.align(column, Align::left);
  for (const CellRecord* cell : pooled_cells(run)) {
    if (cell->stage != stage || repeats_clean(*cell)) continue;
    if (!available(find_measure(*cell, "fusion_gain"))) continue;
    table.add({cell->perturbation == "identity" ? "clean" : markdown_code(cell->label),
               markdown_text(cell->model), shapes_text(*cell),
               shown(find_measure(*cell, "fusion_fnmr:embedding"), kFusionDecimals).value,
               shown(find_measure(*cell, "fusion_fnmr:geometry"), kFusionDecimals).value,
               shown(find_measure(*cell, "fusion_fnmr:fused"), kFusionDecimals).value,
               fusion_value_text(*cell, "fusion_gain"), fusion_value_text(*cell, "fusion_gain:permuted"),
               verdict_text(*cell)});
  }
  return table.empty() ? "" : fmt::format("\n### {} stage\n\n", stage) + table.text();
}

}  // namespace

std::string fusion_section(const RunRecord& run) {
  std::string text;
  for (const std::string& stage : stages_of(run)) text += fusion_table_of(run, stage);
  if (text.empty()) return "";
  return "\n## Geometry added\n\nThe measured shape of the face put beside the embedding, with a weight "
         "and thresholds learned from other people. A gain is FNMR of the model alone minus FNMR of "
         "both, "
         "over the same comparisons; the verdict holds Holm's p over the run to 0.05. *oracle*: the "
         "shapes are those of the clean pictures, which nobody has in the field.\n" +
         text;
}

}  // namespace robench
