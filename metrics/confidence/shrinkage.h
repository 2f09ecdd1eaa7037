// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

namespace robench {

struct ShrunkCovariance {
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;  // (1 - shrinkage) S + shrinkage mu I, S with divisor n
  double shrinkage = 0;        // 0..1
};

/// The covariance estimator of Ledoit and Wolf 2004 (Journal of Multivariate Analysis 88:365), which is
/// invertible and well conditioned even with fewer rows than columns. rows: n x dim, n >= 2.
[[nodiscard]] ShrunkCovariance ledoit_wolf(const Eigen::MatrixXd& rows);

}  // namespace robench
