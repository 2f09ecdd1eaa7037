// SPDX-License-Identifier: Apache-2.0
#include "metrics/group_rows.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "metrics/rate.h"

namespace robench {

std::string small_group(int subjects) {
  if (subjects >= kCertainOfGroup) return "";
  return fmt::format("small group: {} subjects, fewer than {}", subjects, kCertainOfGroup);
}

Measure group_failure_row(const GroupContext& group, int number,
                          std::span<const EmbeddingTable* const> tables) {
  UnitMean failures(group.units.count);
  for (const EmbeddingTable* table : tables)
    for (std::size_t i = 0; i < table->size(); ++i)
      if (group.grouping.of_unit[group.units.of_sample[i]] == number)
        failures.add(group.units.of_sample[i], table->ok(i) ? 0 : 1);
  return rate_measure("failure_to_acquire_rate:" + group.grouping.label(number), Better::lower, failures,
                      group.bootstrap, small_group(failures.units_with_values()));
}

Measure group_fnmr_row(const GroupContext& group, int number, const NonMatches& mated) {
  const std::string name = "fnmr:" + group.grouping.label(number);
  double n = 0;
  double errors = 0;
  std::vector<int> members;
  for (int unit = 0; unit < group.units.count; ++unit) {
    if (group.grouping.of_unit[unit] != number || mated.judged[unit] == 0) continue;
    n += mated.judged[unit];
    errors += mated.non_matches[unit];
    members.push_back(unit);
  }
  const int subjects = static_cast<int>(members.size());
  if (subjects < kFewestOfGroup)
    return refused(name, "share", Better::lower,
                   fmt::format("{} subjects with a judged mated comparison, fewer than {}", subjects,
                               kFewestOfGroup));
  std::string note = small_group(subjects);
  add_note(note, group.grouping.left_out());
  if (mated.not_acquired > 0)
    add_note(note, fmt::format("{} mated comparisons of all groups left out (a sample was not acquired)",
                               mated.not_acquired));
  add_note(note, group.context.threshold.note);
  note_references(group.context, note);
  const auto interval = [&] {
    std::vector<double> above(group.bootstrap.replicates(), 0.0);
    std::vector<double> below(group.bootstrap.replicates(), 0.0);
    for (const int unit : members) {
      group.bootstrap.add(unit, mated.non_matches[unit], above);
      group.bootstrap.add(unit, mated.judged[unit], below);
    }
    return ratio_interval(above, below);
  };
  return rate_measure(name, Better::lower, errors / n,
                      {static_cast<std::int64_t>(n), subjects, subjects}, interval, std::move(note));
}

Measure group_fmr_row(const GroupContext& group, int references, int probes, const MatchMatrix& matrix) {
  const bool within = references == probes;
  const Grouping& grouping = group.grouping;
  std::string name = "fmr:" + grouping.label(references);
  if (!within) name += "/" + grouping.values[probes];
  const GroupPairMatches& pair = matrix.at(references, probes);
  const int subjects = std::min(grouping.units[references], grouping.units[probes]);
  const auto refuse = [&](std::string reason) {
    return refused(name, "share", Better::lower, std::move(reason));
  };
  if (subjects < kFewestOfGroup)
    return refuse(fmt::format("a group of {} subjects, fewer than {}", subjects, kFewestOfGroup));
  if (pair.comparisons == 0) return refuse("no comparison of two acquired samples");
  // NaN where the threshold was given: then nobody knows what to expect, and nothing is refused.
  const double budget = group.context.threshold.target_fmr * static_cast<double>(pair.comparisons);
  if (budget < 1)
    return refuse(fmt::format("{} comparisons give a false-accept budget of {:.2g}, below 1",
                              pair.comparisons, budget));
  std::string note = within ? "all comparisons within the group, none across groups"
                            : "all references of the first group, all probes of the second";
  add_note(note, small_group(subjects));
  if (budget < kCertainOfGroup)
    add_note(note, fmt::format("false-accept budget {:.2g}, below {}", budget, kCertainOfGroup));
  add_note(note, group.context.threshold.note);
  return rate_measure(
      name, Better::lower,
      static_cast<double>(pair.matches.size()) / static_cast<double>(pair.comparisons),
      {pair.comparisons, subjects, within ? subjects / 2 : subjects},
      [&] { return ratio_interval(pair.match_weights, pair.weights); }, std::move(note));
}

}  // namespace robench
