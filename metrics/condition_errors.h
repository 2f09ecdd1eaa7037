// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "metrics/metric.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// What the summaries of a run keep of one model under one condition: errors by resampling unit, so that
/// intervals and comparisons of models can resample the same people everywhere.
struct ConditionErrors {
  UnitMean fnmr;                 // 1 for each mated comparison refused at the frozen threshold
  UnitMean drift;                // angle between the clean and the perturbed embedding, degrees
  std::string no_fnmr;           // why there is none
  std::optional<Measure> fmr{};  // as the metric `verification` gives it, where that was asked for
};

/// fnmr is the numerator and denominator of `verification`'s fnmr, drift of `drift`'s drift_angle_deg.
/// Requires: units of context.data.
[[nodiscard]] ConditionErrors condition_errors(const CleanContext& context, const ResamplingUnits& units,
                                               const std::vector<const EmbeddingTable*>& perturbed);

}  // namespace robench
