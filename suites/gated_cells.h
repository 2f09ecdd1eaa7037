// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "metrics/paired_cells.h"
#include "suites/gate_rules.h"
#include "suites/two_runs.h"

namespace robench {

/// A value that a gate judges.
struct GatedCell {
  PairedCell cell;
  std::string model;  // of the candidate
  double margin = 0;
  UnitDifferences differences{};  // where the cell has values
};

/// What the lines of `allow:` ask for, by model, in the order of the baseline's conditions. Throws
/// ConfigError where a line concerns no value of these runs.
[[nodiscard]] std::vector<GatedCell> gated_cells(
    const LoadedRun& baseline, const LoadedRun& candidate,
    const std::vector<std::pair<std::size_t, std::size_t>>& pairs, const GateRules& rules);

}  // namespace robench
