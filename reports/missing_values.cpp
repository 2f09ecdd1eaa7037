// SPDX-License-Identifier: Apache-2.0
#include "reports/missing_values.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "reports/numbers.h"

namespace robench {
namespace {

constexpr std::size_t kMostNamesOfAWord = 8;

/// "geometry" of "geometry_r2:face_width".
std::string first_word(const std::string& name) { return name.substr(0, name.find_first_of("_:@")); }

}  // namespace

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

std::vector<MissingValues> missing_values(const RunRecord& run) {
  std::vector<MissingValues> missing;
  for (const CellRecord& cell : run.cells)
    for (const Measure& measure : cell.measures) {
      if (available(&measure)) continue;
      auto known = std::find_if(missing.begin(), missing.end(), [&](const MissingValues& entry) {
        return entry.reason == measure.note;
      });
      if (known == missing.end()) known = missing.insert(known, {measure.note, {}});
      add_once(known->names, measure.name);
    }
  return missing;
}

NamedAndCounted named_and_counted(const std::vector<std::string>& names) {
  std::map<std::string, std::size_t> of_word;
  for (const std::string& name : names) ++of_word[first_word(name)];
  NamedAndCounted result;
  for (const std::string& name : names) {
    const std::string word = first_word(name);
    if (const std::size_t count = of_word[word]; count > kMostNamesOfAWord)
      add_once(result.counted, fmt::format("{} ({} measures)", word, count));
    else
      result.named.push_back(name);
  }
  return result;
}

}  // namespace robench
