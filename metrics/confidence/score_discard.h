// SPDX-License-Identifier: Apache-2.0
// Error versus discard of scores that were made elsewhere.
#pragma once

#include <vector>

#include "metrics/score_measures.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// Area, ratio to random discard and gain of discarding up to 30 %, of mated comparisons ("fnmr") and of
/// non-mated ones ("fmr"), as discard_summary() names them; errors are judged at `threshold`, or all are
/// refused with `no_threshold` where there is none. Requires: a quality for each trial.
[[nodiscard]] std::vector<Measure> discard_measures(const ScoreTable& table,
                                                    std::optional<double> threshold,
                                                    const std::string& no_threshold,
                                                    const SubjectBootstrap& bootstrap);

}  // namespace robench
