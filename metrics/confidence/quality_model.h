// SPDX-License-Identifier: Apache-2.0
// Several quality measures combined into one probability that a face image is usable.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace robench {

/// A fitted combination as plain numbers. A covariate x enters as z = (x - mean) / sd within +-4, as z^2
/// (too dark and too bright are both bad) and as an indicator of "not assessed", for which z is that of
/// the training median.
struct QualityModel {
  std::vector<std::string> names;
  std::vector<double> median;
  std::vector<double> mean;
  std::vector<double> sd;       // 0 = constant in training; the covariate then has no say
  std::vector<double> linear;   // coefficient of z
  std::vector<double> square;   // coefficient of z^2
  std::vector<double> missing;  // coefficient of "not assessed"
  double intercept = 0;
  double penalty = 0;  // chosen by subject-wise cross-validation of the log loss
  std::int64_t rows = 0;
  int subjects = 0;
  std::string refused;  // why there is no model
};

/// May the middle of a covariate be better than both its ends?
enum class Shape { two_sided, linear };  // linear: `square` stays 0

/// covariates: n x names.size(), NaN = not assessed (-1 of ISO/IEC 29794-5 must be made NaN before).
/// usable: 0 or 1 each. subject: index of the person; all rows of one stay in one of `folds` folds.
/// Each subject weighs the same. Refused with fewer than 10 subjects with either outcome.
[[nodiscard]] QualityModel fit_quality_model(const Eigen::MatrixXd& covariates,
                                             std::span<const int> usable, std::span<const int> subject,
                                             std::vector<std::string> names, std::uint64_t seed,
                                             int folds = 5, Shape shape = Shape::two_sided);

/// At a penalty that is known (> 0, in units of the total weight). Requires: both outcomes occur.
[[nodiscard]] QualityModel fit_quality_model_at(double penalty, const Eigen::MatrixXd& covariates,
                                                std::span<const int> usable,
                                                std::span<const int> subject, Shape shape);

/// Log odds that the image is usable. `covariates`: one per name.
[[nodiscard]] double usable_log_odds(const QualityModel& model, std::span<const double> covariates);
/// As a probability; calibrated on the mixture of conditions of the training only.
[[nodiscard]] double usable_probability(const QualityModel& model, std::span<const double> covariates);

}  // namespace robench
