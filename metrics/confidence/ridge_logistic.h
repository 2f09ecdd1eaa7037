// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include <Eigen/Core>

namespace robench {

/// log odds = intercept + coefficient . x
struct LogisticFit {
  double intercept = 0;
  Eigen::VectorXd coefficient;
  int steps = 0;           // of Newton's method
  bool converged = false;  // the gradient is below 1e-8 of the total weight
  [[nodiscard]] double log_odds(const Eigen::Ref<const Eigen::VectorXd>& x) const {
    return intercept + coefficient.dot(x);
  }
};

/// 1 / (1 + exp(-log_odds)), without overflow.
[[nodiscard]] double logistic(double log_odds);
[[nodiscard]] double log_odds_of(double probability);

/// Minimises sum w_i log(1 + exp(-s_i f(x_i))) + penalty / 2 |coefficient|^2, s = +-1, by Newton's
/// method with step halving (iteratively reweighted least squares; le Cessie and van Houwelingen 1992,
/// Applied Statistics 41:191). The intercept is not penalised. As sklearn's LogisticRegression with C =
/// 1 / penalty. x: n x dim. positive: 0 or 1. weight: >= 0, or empty for 1 each. Requires: finite x,
/// penalty > 0 (separable data have no finite fit without), positive weight on both outcomes.
[[nodiscard]] LogisticFit fit_ridge_logistic(const Eigen::MatrixXd& x, std::span<const int> positive,
                                             double penalty, std::span<const double> weight = {});

}  // namespace robench
