// SPDX-License-Identifier: Apache-2.0
// How much of a difference between two sets of pictures is one of photography?
#pragma once

#include <optional>
#include <span>
#include <string>

#include "metrics/confidence/two_sample.h"
#include "metrics/covariate_matching.h"
#include "metrics/measure.h"

namespace robench {

struct ShiftAttribution {
  MmdTest before;
  double mmd2_after = 0;         // second sample weighted to have the first one's capture measures
  double explained = 0;          // 1 - after / before; may leave [0, 1] by chance
  std::optional<Interval> ci95;  // of `explained`, by subjects
  /// p of what remains: labels are permuted within fifths of the propensity to be in the second sample
  /// given the capture measures (Rosenbaum and Rubin 1984, JASA 79:516), with whole subjects.
  double p_remaining = 1;
  CovariateMatch match;
  std::string
      refused;  // the photographs cannot be matched, or the samples do not differ (before.p > 0.05)
};
/// covariates: of each row of samples, finite.
[[nodiscard]] ShiftAttribution shift_attribution(const TwoSamples& samples,
                                                 std::span<const Covariates> covariates,
                                                 int permutations, std::uint64_t seed);

}  // namespace robench
