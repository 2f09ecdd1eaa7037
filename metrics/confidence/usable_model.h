// SPDX-License-Identifier: Apache-2.0
// The probability that a picture is usable, told from what still tells it under harms of another kind.
#pragma once

#include "metrics/confidence/quality_model.h"

namespace robench {

/// Pictures of a calibration; parallel rows.
struct UsableTraining {
  Eigen::MatrixXd covariates;  // n x names.size(), NaN = not assessed
  std::vector<std::string> names;
  std::vector<int> usable;          // 0 or 1
  std::vector<int> subject;         // index of the person
  std::vector<std::string> family;  // of the harm that was done to the picture; "" = none
};

/// Fewer families of harms say nothing of a further one.
inline constexpr int kLeastFamilies = 3;

/// A linear combination of the covariates called `always` and of those that earn their place: one by one
/// the covariate that lowers most the log loss of pictures whose family of harms, and whose subjects,
/// were left out of the fit enters, while its gain exceeds two standard errors over the families. So a
/// measure that follows some harms and misleads under others stays out. `names` of the result: those
/// that are in. The others enter not at all under kLeastFamilies. Refused as fit_quality_model().
[[nodiscard]] QualityModel fit_usable_model(const UsableTraining& training,
                                            const std::vector<std::string>& always, std::uint64_t seed,
                                            int folds = 5);

/// Log odds of every training row by a model whose covariates and weights were chosen on other subjects,
/// at the penalty of `whole`, the model of all. Empty where the other subjects lack an outcome.
/// Requires: `whole` was not refused.
[[nodiscard]] std::vector<double> cross_fitted_usable_log_odds(const UsableTraining& training,
                                                               const std::vector<std::string>& always,
                                                               const QualityModel& whole,
                                                               std::uint64_t seed, int folds = 5);

}  // namespace robench
