// SPDX-License-Identifier: Apache-2.0
#include "reports/missing_values.h"

#include <algorithm>

#include "reports/numbers.h"

namespace robench {

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

}  // namespace robench
