// SPDX-License-Identifier: Apache-2.0
#include "metrics/ridge_probe.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <oneapi/tbb/parallel_for.h>
#include <Eigen/Eigenvalues>

#include "perturb/error.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

using Matrix = RidgeProbe::Matrix;

/// Sums over rows: all that a linear regression needs to know of them.
struct RowMoments {
  double count = 0;
  Eigen::RowVectorXd x, y;  // sums
  Matrix xx, xy;            // sums of products
  Eigen::RowVectorXd yy;    // sums of squares

  RowMoments(Eigen::Index dim, Eigen::Index targets)
      : x(Eigen::RowVectorXd::Zero(dim)),
        y(Eigen::RowVectorXd::Zero(targets)),
        xx(Matrix::Zero(dim, dim)),
        xy(Matrix::Zero(dim, targets)),
        yy(Eigen::RowVectorXd::Zero(targets)) {}

  RowMoments& operator+=(const RowMoments& other) {
    count += other.count;
    x += other.x;
    y += other.y;
    xx += other.xx;
    xy += other.xy;
    yy += other.yy;
    return *this;
  }

  /// The same sums after x_origin and y_origin were subtracted from every row.
  [[nodiscard]] RowMoments about(const Eigen::RowVectorXd& x_origin,
                                 const Eigen::RowVectorXd& y_origin) const {
    RowMoments moved = *this;
    moved.x -= count * x_origin;
    moved.y -= count * y_origin;
    moved.xx -= x_origin.transpose() * x + moved.x.transpose() * x_origin;
    moved.xy -= x_origin.transpose() * y + moved.x.transpose() * y_origin;
    moved.yy -= 2 * y_origin.cwiseProduct(y) - count * y_origin.cwiseAbs2();
    return moved;
  }
};

RowMoments moments_of(const Matrix& x, const Matrix& y) {
  RowMoments moments(x.cols(), y.cols());
  moments.count = static_cast<double>(x.rows());
  moments.x = x.colwise().sum();
  moments.y = y.colwise().sum();
  moments.xx.selfadjointView<Eigen::Lower>().rankUpdate(x.transpose());
  moments.xx.triangularView<Eigen::StrictlyUpper>() = moments.xx.transpose();
  moments.xy.noalias() = x.transpose() * y;
  moments.yy = y.colwise().squaredNorm();
  return moments;
}

/// The ridge solutions of all penalties from one eigendecomposition Q L Q' of the scatter matrix:
/// coefficients = Q (L + penalty)^-1 Q' (scatter of predictors with targets).
class RidgePath {
 public:
  explicit RidgePath(const RowMoments& training)
      : x_mean(training.x / training.count), y_mean(training.y / training.count) {
    const RowMoments centred = training.about(x_mean, y_mean);
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(centred.xx);
    ROBENCH_ASSERT(solver.info() == Eigen::Success);
    axes_ = solver.eigenvectors();
    eigenvalues_ = solver.eigenvalues().cwiseMax(0);
    const double mean_eigenvalue = eigenvalues_.mean();
    penalty_unit_ = mean_eigenvalue > 0 ? mean_eigenvalue : 1;  // constant predictors: any will do
    rotated_ = axes_.transpose() * centred.xy;
  }

  /// dim x m, for one penalty per target (in units of the grid).
  [[nodiscard]] Matrix coefficients(const Eigen::RowVectorXd& penalty) const {
    return axes_ * rotated_.cwiseQuotient(penalised_scatter(penalty));
  }

  /// Along the axes, for one penalty per target: dim x m.
  [[nodiscard]] Matrix penalised_scatter(const Eigen::RowVectorXd& penalty) const {
    return eigenvalues_.replicate(1, penalty.size()).rowwise() + penalty_unit_ * penalty;
  }

  [[nodiscard]] const Matrix& axes() const { return axes_; }

  /// Sums of squared errors on the rows of two other folds, each penalties of the grid x targets.
  [[nodiscard]] std::pair<Matrix, Matrix> squared_errors(const RowMoments& held_out_a,
                                                         const RowMoments& held_out_b) const {
    const RowMoments a = held_out_a.about(x_mean, y_mean);
    const RowMoments b = held_out_b.about(x_mean, y_mean);
    const auto grid = RidgeProbe::penalty_grid();
    std::pair<Matrix, Matrix> errors;
    errors.first.resize(std::ssize(grid), y_mean.size());
    errors.second.resize(std::ssize(grid), y_mean.size());
    for (std::size_t k = 0; k < grid.size(); ++k) {
      const Matrix w = coefficients(Eigen::RowVectorXd::Constant(y_mean.size(), grid[k]));
      errors.first.row(static_cast<Eigen::Index>(k)) = squared_error(w, a);
      errors.second.row(static_cast<Eigen::Index>(k)) = squared_error(w, b);
    }
    return errors;
  }

  const Eigen::RowVectorXd x_mean, y_mean;

 private:
  /// Of each target over rows that are centred like the training rows.
  static Eigen::RowVectorXd squared_error(const Matrix& w, const RowMoments& rows) {
    return rows.yy - 2 * w.cwiseProduct(rows.xy).colwise().sum() +
           w.cwiseProduct(rows.xx * w).colwise().sum();
  }

  Matrix axes_;
  Eigen::VectorXd eigenvalues_;
  double penalty_unit_ = 1;
  Matrix rotated_;
};

/// Of all rows outside of the folds a and b (a == b: outside of one fold).
RowMoments training_moments(const std::vector<RowMoments>& of_fold, int a, int b) {
  RowMoments sum(of_fold.front().x.size(), of_fold.front().y.size());
  for (int fold = 0; fold < std::ssize(of_fold); ++fold) {
    if (fold != a && fold != b) sum += of_fold[fold];
  }
  return sum;
}

/// errors[outer]: errors of the inner cross-validation without fold `outer`, penalties x targets.
/// The probe without folds a and b serves both "outer a, inner b" and "outer b, inner a".
std::vector<Matrix> nested_errors(const std::vector<RowMoments>& of_fold) {
  const int folds = static_cast<int>(of_fold.size());
  std::vector<std::pair<int, int>> held_out;
  for (int a = 0; a < folds; ++a) {
    for (int b = a + 1; b < folds; ++b) held_out.emplace_back(a, b);
  }
  std::vector<std::pair<Matrix, Matrix>> errors(held_out.size());  // on fold a, on fold b
  tbb::parallel_for(std::size_t{0}, held_out.size(), [&](std::size_t i) {
    const auto [a, b] = held_out[i];
    const RidgePath path(training_moments(of_fold, a, b));
    errors[i] = path.squared_errors(of_fold[a], of_fold[b]);
  });

  std::vector<Matrix> total(
      folds, Matrix::Zero(std::ssize(RidgeProbe::penalty_grid()), of_fold.front().y.size()));
  for (std::size_t i = 0; i < held_out.size(); ++i) {
    const auto [a, b] = held_out[i];
    total[b] += errors[i].first;
    total[a] += errors[i].second;
  }
  return total;
}

std::vector<std::vector<Eigen::Index>> rows_by_fold(std::span<const int> fold, int folds) {
  std::vector<std::vector<Eigen::Index>> rows(folds);
  for (std::size_t row = 0; row < fold.size(); ++row) {
    ROBENCH_ASSERT(fold[row] >= 0 && fold[row] < folds);
    rows[fold[row]].push_back(static_cast<Eigen::Index>(row));
  }
  return rows;
}

}  // namespace

std::vector<int> assign_folds(const std::vector<std::string>& group_of_row, int folds,
                              std::uint64_t seed) {
  std::map<std::string, int> fold_of_group;
  for (const std::string& group : group_of_row) fold_of_group.emplace(group, 0);
  std::vector<std::pair<double, std::string>> order;
  for (const auto& [group, unused] : fold_of_group) {
    order.emplace_back(RandomStream(seed, "assign_folds", "", group, 0).uniform(0), group);
  }
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) {
    fold_of_group[order[i].second] = static_cast<int>(i) % folds;
  }
  std::vector<int> fold;
  for (const std::string& group : group_of_row) fold.push_back(fold_of_group[group]);
  return fold;
}

std::span<const double> RidgeProbe::penalty_grid() {
  static constexpr std::array kGrid{1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1e0,
                                    3e0,  1e1,  3e1,  1e2,  3e2,  1e3,  3e3,  1e4};
  return kGrid;
}

RidgeProbe::RidgeProbe(const Matrix& predictors, const Matrix& targets, const std::vector<int>& fold,
                       int folds)
    : predictor_mean_(folds, predictors.cols()),
      target_mean_(folds, targets.cols()),
      penalty_(folds, targets.cols()),
      coefficients_(folds),
      axes_(folds),
      inverse_scatter_(folds) {
  ROBENCH_ASSERT(predictors.rows() == targets.rows() && targets.rows() == std::ssize(fold));
  ROBENCH_ASSERT(predictors.allFinite() && targets.allFinite());
  const auto rows = rows_by_fold(fold, folds);
  ROBENCH_ASSERT(std::count_if(rows.begin(), rows.end(), [](const auto& r) { return !r.empty(); }) >= 3);
  std::vector<RowMoments> of_fold(rows.size(), RowMoments(0, 0));
  tbb::parallel_for(std::size_t{0}, rows.size(), [&](std::size_t k) {
    of_fold[k] = moments_of(predictors(rows[k], Eigen::all), targets(rows[k], Eigen::all));
  });

  const std::vector<Matrix> errors = nested_errors(of_fold);
  tbb::parallel_for(0, folds, [&](int outer) {
    for (Eigen::Index target = 0; target < targets.cols(); ++target) {
      Eigen::Index best = 0;
      errors[outer].col(target).minCoeff(&best);
      penalty_(outer, target) = penalty_grid()[static_cast<std::size_t>(best)];
    }
    const RidgePath path(training_moments(of_fold, outer, outer));
    predictor_mean_.row(outer) = path.x_mean;
    target_mean_.row(outer) = path.y_mean;
    coefficients_[outer] = path.coefficients(penalty_.row(outer));
    axes_[outer] = path.axes();
    inverse_scatter_[outer] = path.penalised_scatter(penalty_.row(outer)).cwiseInverse();
  });
}

RidgeProbe::Matrix RidgeProbe::predict(const Matrix& predictors, std::span<const int> fold) const {
  ROBENCH_ASSERT(predictors.rows() == std::ssize(fold));
  Matrix predictions(predictors.rows(), target_mean_.cols());
  const auto rows = rows_by_fold(fold, static_cast<int>(coefficients_.size()));
  tbb::parallel_for(std::size_t{0}, rows.size(), [&](std::size_t held_out) {
    const auto k = static_cast<Eigen::Index>(held_out);
    const Eigen::RowVectorXd offset =
        target_mean_.row(k) - predictor_mean_.row(k) * coefficients_[held_out];
    const Matrix members = predictors(rows[held_out], Eigen::all);
    predictions(rows[held_out], Eigen::all) = (members * coefficients_[held_out]).rowwise() + offset;
  });
  return predictions;
}

RidgeProbe::Matrix RidgeProbe::on_axes(int held_out, const Matrix& predictors) const {
  return (predictors.rowwise() - predictor_mean_.row(held_out)) * axes_[held_out];
}

}  // namespace robench
