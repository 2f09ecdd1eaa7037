// SPDX-License-Identifier: Apache-2.0
// Measures of mated against non-mated scores that need no threshold set beforehand.
#pragma once

#include <string>
#include <vector>

#include "metrics/measure.h"
#include "metrics/roc.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// FMR up to which the partial AUC is taken.
inline constexpr double kPartialAucFmr = 1e-2;

/// `eer`, `eer_rocch`, `auc`, `partial_auc@fmr=1e-2` and `d_prime`, in this order. Intervals resample
/// the units; a curve's own thresholds move with each resample. `excluded`: what was left out, for the
/// notes.
[[nodiscard]] std::vector<Measure> roc_measures(std::vector<ScoredTrial> trials,
                                                const SubjectBootstrap& bootstrap,
                                                const std::string& excluded);

/// The same five, all refused.
[[nodiscard]] std::vector<Measure> refused_roc_measures(const std::string& reason);

}  // namespace robench
