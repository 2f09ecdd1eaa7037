// SPDX-License-Identifier: Apache-2.0
// What the folds of a cross-validation have in common, and resampling over their losses cannot see.
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

#include "metrics/ridge_probe.h"

namespace robench {

/// Variance of cross-validated R2 that comes from the folds judging each other's teachers.
///
/// Person I of one fold is predicted by a probe that person J taught, and J by one that I taught. To
/// first order either loss holds the same product, -2 e_I e_J x_I' A^-1 x_J (e: residual, A: penalised
/// scatter of the training rows), so that the two are correlated. Resampling losses as if they were
/// independent counts it once instead of twice: where nothing can be read it is all that there is, and
/// the interval is short by the square root of 2. (Bengio and Grandvalet, JMLR 5, 2004: no estimator
/// from the losses alone is unbiased. Here the products are known.)
struct FoldCovariance {
  Eigen::VectorXd of_feature;  // variance to be added to that of each feature's R2
  double of_mean = 0;          // and to that of the mean R2 over some of them
};

/// Of each row that was predicted out of fold: all n long, or n x features.
struct CrossFitted {
  const Eigen::MatrixXd& predictors;  // n x dim
  const Eigen::MatrixXd& residual;    // prediction - truth
  const std::vector<int>& fold;
  const std::vector<int>& unit;  // the subject, in [0, units)
};

/// `loss_of_mean`: of each feature, the denominator of its R2 over all rows; above 0 for those in
/// `averaged`. Of more than 200 subjects every k-th speaks for the others.
[[nodiscard]] FoldCovariance fold_covariance(const RidgeProbe& probe, const CrossFitted& rows,
                                             const Eigen::RowVectorXd& loss_of_mean,
                                             std::span<const Eigen::Index> averaged);

}  // namespace robench
