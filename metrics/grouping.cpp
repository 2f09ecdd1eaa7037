// SPDX-License-Identifier: Apache-2.0
#include "metrics/grouping.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "metrics/rate.h"
#include "metrics/subject_bootstrap.h"

namespace robench {
namespace {

/// The values that the samples of each unit give in one column.
std::vector<std::set<std::string>> values_of_units(const EvaluationData& data,
                                                   const ResamplingUnits& units,
                                                   const std::string& column) {
  std::vector<std::set<std::string>> values(units.count);
  for (std::size_t i = 0; i < data.samples.size(); ++i) {
    const auto found = data.samples[i].groups.find(column);
    if (found != data.samples[i].groups.end() && !found->second.empty())
      values[units.of_sample[i]].insert(found->second);
  }
  return values;
}

}  // namespace

std::string Grouping::left_out() const {
  std::string note;
  if (without_value > 0)
    add_note(note, fmt::format("{} subjects without a value left out", without_value));
  if (contradictory > 0)
    add_note(note, fmt::format("{} subjects with contradictory values left out", contradictory));
  return note;
}

Grouping make_grouping(const EvaluationData& data, const std::vector<std::string>& columns) {
  const ResamplingUnits units = resampling_units(data);
  Grouping grouping;
  std::vector<std::string> value(units.count);
  std::vector<bool> missing(units.count, false);
  std::vector<bool> contradictory(units.count, false);
  for (const std::string& column : columns) {
    grouping.name += (grouping.name.empty() ? "" : "+") + column;
    const auto of_units = values_of_units(data, units, column);
    for (int unit = 0; unit < units.count; ++unit) {
      missing[unit] = missing[unit] || of_units[unit].empty();
      contradictory[unit] = contradictory[unit] || of_units[unit].size() > 1;
      if (!of_units[unit].empty())
        value[unit] += (value[unit].empty() ? "" : "+") + *of_units[unit].begin();
    }
  }
  std::map<std::string, int> number;
  for (int unit = 0; unit < units.count; ++unit)
    if (!missing[unit] && !contradictory[unit]) number[value[unit]] = 0;
  for (auto& [name, index] : number) {
    index = grouping.size();
    grouping.values.push_back(name);
  }
  grouping.units.assign(grouping.values.size(), 0);
  for (int unit = 0; unit < units.count; ++unit) {
    const bool grouped = !missing[unit] && !contradictory[unit];
    grouping.of_unit.push_back(grouped ? number[value[unit]] : -1);
    if (grouped) ++grouping.units[grouping.of_unit.back()];
    if (contradictory[unit])
      ++grouping.contradictory;
    else if (missing[unit])
      ++grouping.without_value;
  }
  return grouping;
}

}  // namespace robench
