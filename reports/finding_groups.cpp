// SPDX-License-Identifier: Apache-2.0
// Groups of people: which rates differ on clean pictures, and whether a condition widens the difference.
#include <algorithm>

#include <fmt/format.h>

#include "reports/finding.h"
#include "reports/numbers.h"
#include "reports/run_groups.h"

namespace robench::finding {
namespace {

constexpr int kRateDecimals = 2;  // of percent: false match rates are small

using Cells = std::vector<const CellRecord*>;

/// "the FMR of A is 2.19 % [..] for gender=female against 1.37 % [..] for gender=male": the largest and
/// the least rate, where their intervals have no point in common.
std::string difference(const CellRecord& clean, const std::vector<std::string>& groups,
                       const std::string& prefix, const char* title) {
  const Measure* least = nullptr;
  const Measure* largest = nullptr;
  for (const std::string& group : groups) {
    const Measure* rate = find_measure(clean, prefix + group);
    if (!available(rate)) continue;
    if (least == nullptr || rate->value < least->value) least = rate;
    if (largest == nullptr || rate->value > largest->value) largest = rate;
  }
  if (least == nullptr || !separable(*least, *largest)) return "";
  return fmt::format("the {} of {} is {} for {} against {} for {}", title, clean.model,
                     in_words(largest, kRateDecimals), largest->name.substr(prefix.size()),
                     in_words(least, kRateDecimals), least->name.substr(prefix.size()));
}

/// "; of 12 comparisons the gap of FNMR is widened in 1 and narrowed in 0 after Holm's correction".
std::string verdicts(const Cells& cells) {
  int all = 0;
  int widened = 0;
  int narrowed = 0;
  for (const std::string& pair : group_pairs_in(cells))
    for (const CellRecord* cell : cells) {
      const Measure* verdict = find_measure(*cell, "gap_verdict:" + pair);
      if (!available(verdict)) continue;
      ++all;
      widened += verdict->value > 0 ? 1 : 0;
      narrowed += verdict->value < 0 ? 1 : 0;
    }
  if (all == 0) return "";
  return fmt::format(
      "; against clean pictures the conditions widen the gap of FNMR in {} and narrow it in {} of {} "
      "comparisons after Holm's correction, and cannot tell in the others",
      widened, narrowed, all);
}

}  // namespace

std::string how_groups_differ(const RunRecord& run) {
  const std::vector<std::string> stages = stages_of(run);
  if (stages.empty()) return "";
  Cells all;
  std::vector<std::string> differences;
  std::string grouping;
  for (const std::string& model : run.models) {
    const Cells cells = condition_cells(run, model, stages.front());
    const CellRecord* clean = clean_cell(run, model, stages.front());
    const std::vector<std::string> groupings = groupings_in(cells);
    if (clean == nullptr || groupings.empty()) continue;
    grouping = groupings.front();
    all.insert(all.end(), cells.begin(), cells.end());
    const std::vector<std::string> groups = groups_in(cells, grouping);
    differences.push_back(difference(*clean, groups, "fnmr:", "FNMR"));
    differences.push_back(difference(*clean, groups, "fmr:", "FMR"));
  }
  if (grouping.empty()) return "";
  std::erase(differences, "");
  const std::string told = differences.empty()
                               ? "no FNMR and no FMR of a model differs by more than the intervals allow"
                               : fmt::format("{}", fmt::join(differences, "; "));
  return fmt::format("By {}, at one threshold for everybody and on clean pictures, {}{}.", grouping,
                     told, verdicts(all));
}

}  // namespace robench::finding
