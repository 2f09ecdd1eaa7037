// SPDX-License-Identifier: Apache-2.0
// How much of a difference between two sets of pictures is one of photography?
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "metrics/confidence/mmd.h"
#include "metrics/covariate_matching.h"
#include "metrics/measure.h"

namespace robench {

struct ShiftAttribution {
  MmdTest before;
  double mmd2_after = 0;         // the second sample weighted to have the first one's capture measures
  double explained = 0;          // 1 - mmd2_after / before.mmd2; may leave [0, 1] by chance
  std::optional<Interval> ci95;  // of `explained`, by subjects, given the weights
  /// p of what remains. Labels move, with whole subjects, within ten strata of the propensity to be in the
  /// second sample given the capture measures (Rosenbaum and Rubin 1984, JASA 79:516; ten, for five leave
  /// about a tenth of the difference: Cochran 1968, Biometrics 24:295).
  double p_remaining = 1;
  CovariateMatch match;
  std::string refused;  // why nothing can be attributed; `before` is there all the same
};
/// covariates: of each row of samples, finite. Refused where the samples do not differ (before.p > 0.05)
/// or match_covariates() refuses; p_remaining is given in the latter case too.
[[nodiscard]] ShiftAttribution shift_attribution(const TwoSamples& samples,
                                                 std::span<const Covariates> covariates,
                                                 int permutations, std::uint64_t seed);

}  // namespace robench
