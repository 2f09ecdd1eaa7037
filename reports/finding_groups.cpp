// SPDX-License-Identifier: Apache-2.0
// Groups of people: which rates differ on clean pictures, and whether a condition widens the difference.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/finding.h"
#include "reports/missing_values.h"
#include "reports/numbers.h"
#include "reports/run_groups.h"

namespace robench::finding {
namespace {

constexpr int kRateDecimals = 2;  // of percent: false match rates are small

using Cells = std::vector<const CellRecord*>;

/// "the FMR of A is 2.19 % [..] for gender=female against 1.37 % [..] for gender=male": the largest and
/// the least rate, where their intervals have no point in common.
std::string difference(const CellRecord& clean, const std::vector<std::string>& groups,
                       const std::string& prefix, const std::string& title) {
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

struct GroupRate {
  std::string prefix;
  std::string title;
  std::size_t most_compared = 0;    // groups with a value, in the model that has most
  std::vector<std::string> untold;  // "gender=female: 3 subjects with ..., fewer than 10"
};

/// Counts the groups of a model that have a rate, and keeps why the others have none.
void add_untold(GroupRate& rate, const CellRecord& clean, const std::vector<std::string>& groups) {
  std::size_t compared = 0;
  for (const std::string& group : groups) {
    const Measure* value = find_measure(clean, rate.prefix + group);
    if (available(value))
      ++compared;
    else if (value != nullptr)
      add_once(rate.untold, fmt::format("{}: {}", group, value->note));
  }
  rate.most_compared = std::max(rate.most_compared, compared);
}

/// "FNMR by gender cannot be told (gender=female: 3 subjects ..., fewer than 10)": of all groups where
/// fewer than two have a rate; "" where every group has one.
std::string untold_clause(GroupRate rate, const std::string& grouping) {
  if (rate.untold.empty()) return "";
  const std::size_t all = rate.untold.size();
  constexpr std::size_t kMostNamed = 2;
  if (all > kMostNamed) {
    rate.untold.resize(kMostNamed);
    rate.untold.push_back(fmt::format("{} more in the notes", all - kMostNamed));
  }
  return fmt::format("{} {} cannot be told ({})", rate.title,
                     rate.most_compared < 2 ? "by " + grouping : "of every group",
                     fmt::join(rate.untold, "; "));
}

/// "no FNMR and no FMR of a model differs ...", of the rates that at least two groups have; "" of none.
std::string no_difference(const std::vector<GroupRate>& rates) {
  std::vector<std::string> compared;
  for (const GroupRate& rate : rates)
    if (rate.most_compared >= 2) compared.push_back("no " + rate.title);
  if (compared.empty()) return "";
  return listed(compared) + " of a model differs by more than the intervals allow";
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
  std::vector<std::string> told;
  std::vector<GroupRate> rates = {{"fnmr:", "FNMR", 0, {}}, {"fmr:", "FMR", 0, {}}};
  std::string grouping;
  for (const std::string& model : run.models) {
    const Cells cells = condition_cells(run, model, stages.front());
    const CellRecord* clean = clean_cell(run, model, stages.front());
    const std::vector<std::string> groupings = groupings_in(cells);
    if (clean == nullptr || groupings.empty()) continue;
    grouping = groupings.front();
    all.insert(all.end(), cells.begin(), cells.end());
    const std::vector<std::string> groups = groups_in(cells, grouping);
    for (GroupRate& rate : rates) {
      told.push_back(difference(*clean, groups, rate.prefix, rate.title));
      add_untold(rate, *clean, groups);
    }
  }
  if (grouping.empty()) return "";
  std::erase(told, "");
  if (told.empty()) told.push_back(no_difference(rates));
  for (const GroupRate& rate : rates) told.push_back(untold_clause(rate, grouping));
  std::erase(told, "");
  return fmt::format("By {}, at one threshold for everybody and on clean pictures, {}{}.", grouping,
                     fmt::join(told, "; "), verdicts(all));
}

}  // namespace robench::finding
