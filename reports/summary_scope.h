// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/run_record.h"

namespace robench {

/// A perturbation of a run and at how many severities above 0 it was run; variants count once.
struct SummaryMember {
  std::string perturbation;
  std::string family;
  std::size_t severities = 0;  // 0: physical values and chains alone
};

/// Which perturbations the means over severities are made of. Each in the order of the run.
struct SummaryScope {
  std::vector<SummaryMember> over;      // at kMinSeverities or more
  std::vector<SummaryMember> left_out;  // at fewer: in no mean and in no order of the models
};
[[nodiscard]] SummaryScope summary_scope(const RunRecord& run, const std::string& stage);
/// Of one family alone.
[[nodiscard]] SummaryScope of_family(const SummaryScope& scope, const std::string& family);

/// "`low_light`", "`gamma` and `jpeg`", "all 12 perturbations" or "10 of 12 perturbations".
[[nodiscard]] std::string over_in_words(const SummaryScope& scope);
/// "left out, with fewer than three severities: `jpeg` (2), `chain` (none)"; "" where none is.
[[nodiscard]] std::string left_out_in_words(const SummaryScope& scope);

}  // namespace robench
