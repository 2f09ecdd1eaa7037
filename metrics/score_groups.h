// SPDX-License-Identifier: Apache-2.0
// Scores that were made elsewhere, by group of people: what one threshold for everybody does to each.
#pragma once

#include <string>
#include <vector>

#include "metrics/score_measures.h"

namespace robench {

struct GroupedScores {
  ScoreTable all;
  std::vector<std::string> groups;  // ascending; empty where no group is known
  std::vector<int> of_trial;        // group of each trial of `all`, -1 = none

  /// The comparisons of one group, with resampling units of its own.
  [[nodiscard]] ScoreTable table_of(int group) const;
};

/// Measures of everybody ("" as title), of one group or of a difference between two ("f - m").
struct ScoreSection {
  std::string title;
  std::vector<Measure> measures;
};

/// score_measures() of everybody; of each group its FNMR and FMR at the thresholds that *everybody* sets
/// (`fnmr@fmr=1e-2`, `fmr@fmr=1e-2`) or that was given (`fnmr`, `fmr`), and curve_measures(), whose
/// notes say so where they have a threshold of the group's own; differences of those rates between each
/// two groups (with more than four groups, each against the rest); and the indices of equity (equity.h).
///
/// Subjects are resampled, and each resample sets the common threshold anew. FNMR has percentiles or,
/// with few errors, Wilson's interval at the effective n of that variance; FMR always the latter. A
/// difference has percentiles or, with few errors in one of both, Newcombe's interval from both (1998,
/// Statistics in Medicine 17:873, method 10), as if the two were independent. Refused with the reason:
/// groups of fewer than kFewestOfGroup subjects, and an FMR at a false-accept budget below 1.
[[nodiscard]] std::vector<ScoreSection> grouped_score_measures(const GroupedScores& scores,
                                                               const ScoreOptions& options);

}  // namespace robench
