// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/paired_cells.h"

namespace robench {

/// What can be said of a second model beside the first.
enum class PairedVerdict {
  identical,    // the same numbers, bit for bit
  equivalent,   // the simultaneous limits lie within +- margin
  better,       // the upper limit lies below 0
  worse,        // the lower limit lies above 0
  cannot_tell,  // none of these: more people are needed
  no_value,     // nothing to compare
};
[[nodiscard]] std::string_view to_string(PairedVerdict verdict);

/// Losses that count as none, by measure.
using Margins = std::map<std::string, double>;
/// One point of a rate or of the distance between two people, one degree. own: a point is what LFW's
/// 3,000 mated pairs can just decide (docs/gate.md), a degree about a tenth of what the mildest
/// perturbations move.
[[nodiscard]] const Margins& default_margins();

struct JudgedPair {
  UnitDifferences differences{};
  SimultaneousLimit limit{};  // over all conditions of this measure
  PairedDifference alone{};   // this condition alone, subject bootstrap
  double margin = 0;
  PairedVerdict verdict = PairedVerdict::no_value;
};

/// Judges each cell beside all cells of the same measure: simultaneous two-sided 95 % limits. A loss
/// that is surely above 0 and surely below the margin is equivalent: what counts as none was said
/// beforehand.
[[nodiscard]] std::vector<JudgedPair> paired_verdicts(std::span<const PairedCell> cells, int units,
                                                      std::uint64_t seed, const Margins& margins);

}  // namespace robench
