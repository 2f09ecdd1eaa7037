// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/shrinkage.h"

#include <algorithm>

#include "perturb/error.h"

namespace robench {

ShrunkCovariance ledoit_wolf(const Eigen::MatrixXd& rows) {
  ROBENCH_ASSERT(rows.rows() >= 2 && rows.cols() >= 1);
  const auto n = static_cast<double>(rows.rows());
  const auto dim = static_cast<double>(rows.cols());
  ShrunkCovariance result;
  result.mean = rows.colwise().mean().transpose();
  const Eigen::MatrixXd centred = rows.rowwise() - result.mean.transpose();
  result.covariance = centred.transpose() * centred / n;
  const double mu = result.covariance.trace() / dim;
  // Squared norms are over dim, as in the paper: d2 = |S - mu I|^2, b2 = error of S, at most d2.
  const double d2 = (result.covariance.squaredNorm() - dim * mu * mu) / dim;
  const Eigen::VectorXd lengths = centred.rowwise().squaredNorm();
  const double b2 = (lengths.squaredNorm() / n - result.covariance.squaredNorm()) / n / dim;
  result.shrinkage = d2 > 0 ? std::clamp(b2 / d2, 0.0, 1.0) : 1.0;
  result.covariance *= 1 - result.shrinkage;
  result.covariance.diagonal().array() += result.shrinkage * mu;
  return result;
}

}  // namespace robench
