// SPDX-License-Identifier: Apache-2.0
// Makes one population of photographs look like another one, by weights, so that what is left of a
// difference is not a difference of photographs.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

namespace robench {

/// Inter-eye distance in px, brightness, sharpness: of one photographed face.
using Covariates = std::array<double, 3>;
inline constexpr std::array<const char*, 3> kCovariateNames = {"inter_eye_px", "brightness",
                                                               "sharpness"};

struct CovariateMatch {
  std::vector<double> weight;          // of each face here; empty where refused
  std::array<double, 3> smd_before{};  // (mean here - mean there) / SD, of each covariate
  std::array<double, 3> smd_after{};   // with the weights; meaningless where there are none at all
  double smd_strata = 0;               // the largest one with the weights of the strata alone
  int bins = 0;                        // of each covariate
  double covered = 0;                  // share of the faces there whose stratum has somebody here
  double effective_n = 0;              // (sum w)^2 / sum w^2 (Kish)
  std::string refused;                 // why there are no weights
};

/// Weights for the faces `here`, so that their strata are as common as those `there`: coarsened exact
/// matching (Iacus, King and Porro 2012, Political Analysis 20:1). Strata are crossed bins between
/// quantiles of `there`; of 2 to 8 bins a covariate, those that leave the smallest standardised mean
/// difference, while strata with 90 % of the faces there are found here. Then the weights are tilted by
/// exp(a . x), so that the three means agree (entropy balancing: Hainmueller 2012, Political Analysis
/// 20:25). SDs are the root mean variance of both populations, before. Refused where a difference of
/// 0.1 SD or more is left (the limit of Austin 2009, Statistics in Medicine 28:3083) or the effective n
/// is below 30. Requires: all finite.
[[nodiscard]] CovariateMatch match_covariates(std::span<const Covariates> here,
                                              std::span<const Covariates> there);

}  // namespace robench
