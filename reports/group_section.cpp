// SPDX-License-Identifier: Apache-2.0
#include "reports/group_section.h"

#include <vector>

#include <fmt/format.h>

#include "reports/comparison.h"
#include "reports/markdown.h"
#include "reports/numbers.h"
#include "reports/run_groups.h"

namespace robench {
namespace {

using Names = std::vector<std::string>;
using Cells = std::vector<const CellRecord*>;

constexpr int kGroupDecimals = 2;  // of percent: a false match rate of 1e-3 is 0.10 %
const std::string kFdrPrefix = "fdr:";

std::string value_text(const CellRecord& cell, const std::string& name) {
  const Measure* measure = find_measure(cell, name);
  const Shown parts = shown(measure, kGroupDecimals);
  if (!available(measure)) return measure == nullptr ? "" : "n/a";
  return parts.interval.empty() ? parts.value : parts.value + " " + parts.interval;
}

/// "0.986 (0.996)": the index, and its mean under permuted labels.
std::string index_text(const CellRecord& cell, const std::string& grouping) {
  const std::string permuted = value_text(cell, "fdr_permuted:" + grouping);
  const Shown index = shown(find_measure(cell, kFdrPrefix + grouping), kGroupDecimals);
  return permuted.empty() ? index.value
                          : fmt::format("{} ({})", index.value, permuted.substr(0, permuted.find(' ')));
}

/// "widens", "narrows" or "cannot tell", of each pair of groups; the note says it before the colon.
std::string verdict_text(const CellRecord& cell, const Names& pairs) {
  Names verdicts;
  for (const std::string& pair : pairs)
    if (const Measure* verdict = find_measure(cell, "gap_verdict:" + pair); available(verdict))
      verdicts.push_back(verdict->note.substr(0, verdict->note.find(':')));
  return fmt::format("{}", fmt::join(verdicts, "; "));
}

std::string table_of(const Cells& cells, const std::string& grouping) {
  const Names groups = groups_in(cells, grouping);
  const Names pairs = group_pairs_in(cells);
  Names titles{"condition"};
  for (const char* rate : {"FNMR", "FMR"})
    for (const std::string& group : groups)
      titles.push_back(fmt::format("{}<br>{}, % [95 % CI]", markdown_text(group), rate));
  titles.emplace_back("FDR<br>(labels permuted)");
  if (!pairs.empty()) titles.emplace_back("FNMR gap<br>against clean");
  MarkdownTable table(titles);
  for (const CellRecord* cell : cells) {
    Names row{cell->perturbation == "identity" ? "clean" : markdown_code(cell->label)};
    for (const char* rate : {"fnmr:", "fmr:"})
      for (const std::string& group : groups) row.push_back(value_text(*cell, rate + group));
    row.push_back(index_text(*cell, grouping));
    if (!pairs.empty()) row.push_back(verdict_text(*cell, pairs));
    table.add(std::move(row));
  }
  return table.text();
}

}  // namespace

std::string group_section(const RunRecord& run) {
  std::string text;
  for (const std::string& stage : stages_of(run))
    for (const std::string& model : run.models) {
      const Cells cells = condition_cells(run, model, stage);
      for (const std::string& grouping : groupings_in(cells))
        text += fmt::format("\n### {} stage, {}, by {}\n\n", stage, markdown_text(model),
                            markdown_text(grouping)) +
                table_of(cells, grouping);
    }
  if (text.empty()) return "";
  return "\n## Groups\n\nAt the one frozen threshold; FMR within a group, never across. FDR is 1 where "
         "all rates are "
         "equal; chance alone puts it at the value in brackets. Whether a condition widens the gap of "
         "FNMR is said "
         "only where rates and log-odds agree and Holm's p over the run is below 0.05. More indices, "
         "the matrix "
         "across groups and all p are in rows.csv.\n" +
         text;
}

}  // namespace robench
