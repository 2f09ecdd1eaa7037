// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "suites/trust/triage.h"

namespace robench {

/// What the flags over a batch can find at all: a conformal p is never below 1 / (reference people + 1),
/// and Benjamini-Hochberg over m faces at rate q flags a face of that p only where at least
/// m p / q faces have it.
struct FlagReach {
  std::int64_t faces = 0;         // judged together
  int reference_people = 0;       // whom the p compares with
  double least_p = 1;             // that a face can have
  std::int64_t faces_needed = 1;  // at least_p before any of them is flagged; at most `faces` = possible
  std::int64_t people_for_one = 0;    // reference people from which one face alone can be flagged
  std::int64_t capture_below = 0;     // single faces with p <= kFlagRate
  std::int64_t population_below = 0;  // of them, without those that capture_below counts
};
/// Requires: calibration.flags.
[[nodiscard]] FlagReach flag_reach(const std::vector<TriageRow>& rows,
                                   const TrustCalibration& calibration);

/// What `robench triage` says of its flags: how many, and where one face alone could not be flagged, why
/// and what would change that.
[[nodiscard]] std::string flag_summary(const std::vector<TriageRow>& rows,
                                       const TrustCalibration& calibration);

}  // namespace robench
