// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/gate_report.h"
#include "suites/gate_rules.h"
#include "suites/two_runs.h"

namespace robench {

/// Do the candidate's vectors of the clean samples stand where the baseline's do? A fact about each
/// sample, not an estimate: fails where one of them moved by more than the limit or was lost, and
/// names the worst. Throws ConfigError where a run kept no vectors.
[[nodiscard]] GateCheck judge_vectors(const LoadedRun& baseline, const LoadedRun& candidate,
                                      std::size_t of_baseline, std::size_t of_candidate,
                                      const VectorLimit& limit);

/// "The vectors of 64 samples moved by at most 3.1e-08 (1 - cosine), half of them by 2e-09." Requires:
/// both models have vectors.
[[nodiscard]] std::string moved_vectors_text(const ModelOutcomes& baseline,
                                             const ModelOutcomes& candidate);

}  // namespace robench
