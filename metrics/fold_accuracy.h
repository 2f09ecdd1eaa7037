// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "metrics/measure.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// A pair of a fold, judged at its fold's threshold.
struct FoldOutcome {
  int fold = 0;
  int unit_a = 0;
  int unit_b = 0;
  bool right = false;
};

/// `lfw_accuracy`: mean over folds of the share of right decisions, with SD and SE over folds in the
/// note. Refused below two folds. Interval: subjects resampled, folds and thresholds kept.
[[nodiscard]] Measure fold_accuracy(const std::vector<FoldOutcome>& outcomes,
                                    const SubjectBootstrap& bootstrap, const std::string& threshold_rule,
                                    const std::string& excluded);

}  // namespace robench
