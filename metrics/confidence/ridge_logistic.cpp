// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/ridge_logistic.h"

#include <cmath>

#include <Eigen/Cholesky>

#include "perturb/error.h"

namespace robench {
namespace {

constexpr int kMostSteps = 100;

/// log(1 + exp(t)) without overflow.
double softplus(double t) { return t > 0 ? t + std::log1p(std::exp(-t)) : std::log1p(std::exp(t)); }

class Problem {
 public:
  Problem(const Eigen::MatrixXd& x, std::span<const int> positive, double penalty,
          std::span<const double> weight)
      : design_(x.rows(), x.cols() + 1), sign_(x.rows()), weight_(x.rows()), penalty_(x.cols() + 1) {
    design_ << Eigen::VectorXd::Ones(x.rows()), x;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      sign_[i] = positive[i] != 0 ? 1 : -1;
      weight_[i] = weight.empty() ? 1 : weight[i];
    }
    penalty_.setConstant(penalty);
    penalty_[0] = 0;
  }

  [[nodiscard]] double total_weight() const { return weight_.sum(); }

  [[nodiscard]] double loss(const Eigen::VectorXd& beta) const {
    const Eigen::VectorXd f = design_ * beta;
    double sum = 0.5 * beta.cwiseAbs2().dot(penalty_);
    for (Eigen::Index i = 0; i < f.size(); ++i) sum += weight_[i] * softplus(-sign_[i] * f[i]);
    return sum;
  }

  /// Gradient at beta, and Newton's step against it.
  [[nodiscard]] std::pair<Eigen::VectorXd, Eigen::VectorXd> newton(const Eigen::VectorXd& beta) const {
    const Eigen::VectorXd f = design_ * beta;
    Eigen::VectorXd slope(f.size());
    Eigen::VectorXd curvature(f.size());
    for (Eigen::Index i = 0; i < f.size(); ++i) {
      const double p = logistic(f[i]);
      slope[i] = weight_[i] * (p - (sign_[i] > 0 ? 1 : 0));
      curvature[i] = weight_[i] * p * (1 - p);
    }
    const Eigen::VectorXd gradient = design_.transpose() * slope + penalty_.cwiseProduct(beta);
    Eigen::MatrixXd hessian = design_.transpose() * curvature.asDiagonal() * design_;
    hessian.diagonal() += penalty_;
    hessian(0, 0) += 1e-12 * total_weight();  // the intercept alone where all are certain
    return {gradient, hessian.ldlt().solve(gradient)};
  }

 private:
  Eigen::MatrixXd design_;
  Eigen::VectorXd sign_;
  Eigen::VectorXd weight_;
  Eigen::VectorXd penalty_;
};

}  // namespace

double logistic(double log_odds) {
  return log_odds >= 0 ? 1 / (1 + std::exp(-log_odds)) : std::exp(log_odds) / (1 + std::exp(log_odds));
}

double log_odds_of(double probability) { return std::log(probability) - std::log1p(-probability); }

LogisticFit fit_ridge_logistic(const Eigen::MatrixXd& x, std::span<const int> positive, double penalty,
                               std::span<const double> weight) {
  ROBENCH_ASSERT(static_cast<std::size_t>(x.rows()) == positive.size() && penalty > 0);
  ROBENCH_ASSERT(weight.empty() || weight.size() == positive.size());
  const Problem problem(x, positive, penalty, weight);
  Eigen::VectorXd beta = Eigen::VectorXd::Zero(x.cols() + 1);
  double loss = problem.loss(beta);
  LogisticFit fit;
  for (; fit.steps < kMostSteps; ++fit.steps) {
    const auto [gradient, step] = problem.newton(beta);
    fit.converged = gradient.lpNorm<Eigen::Infinity>() <= 1e-8 * problem.total_weight();
    if (fit.converged) break;
    double length = 1;
    double next = problem.loss(beta - step);
    while (next > loss && length > 1e-10) next = problem.loss(beta - (length /= 2) * step);
    beta -= length * step;
    loss = next;
  }
  fit.intercept = beta[0];
  fit.coefficient = beta.tail(x.cols());
  return fit;
}

}  // namespace robench
