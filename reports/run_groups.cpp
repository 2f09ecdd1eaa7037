// SPDX-License-Identifier: Apache-2.0
#include "reports/run_groups.h"

#include <algorithm>

#include "reports/comparison.h"

namespace robench {

using Names = std::vector<std::string>;
using Cells = std::vector<const CellRecord*>;

Cells condition_cells(const RunRecord& run, const std::string& model, const std::string& stage) {
  Cells cells;
  for (const CellRecord* cell : pooled_cells(run))
    if (cell->model == model && cell->stage == stage && !repeats_clean(*cell)) cells.push_back(cell);
  return cells;
}

Names families_in(const Cells& cells) {
  Names families;
  for (const CellRecord* cell : cells)
    if (cell->perturbation != "identity" &&
        std::find(families.begin(), families.end(), cell->family) == families.end())
      families.push_back(cell->family);
  return families;
}

Names name_endings(const Cells& cells, const std::string& prefix) {
  Names found;
  for (const CellRecord* cell : cells)
    for (const Measure& measure : cell->measures)
      if (measure.name.starts_with(prefix))
        if (const std::string ending = measure.name.substr(prefix.size());
            std::find(found.begin(), found.end(), ending) == found.end())
          found.push_back(ending);
  return found;
}

// Every grouping has a fairness index.
Names groupings_in(const Cells& cells) { return name_endings(cells, "fdr:"); }

Names groups_in(const Cells& cells, const std::string& grouping) {
  Names groups;
  for (const std::string& ending : name_endings(cells, "fnmr:" + grouping + "="))
    if (ending.find('/') == std::string::npos) groups.push_back(grouping + "=" + ending);
  return groups;
}

Names group_pairs_in(const Cells& cells) { return name_endings(cells, "gap_verdict:"); }

}  // namespace robench
