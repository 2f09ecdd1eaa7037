// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace robench {

/// One fold per row, 0..folds-1, the rows of a group together. The groups are ordered by a seeded
/// hash of their names and dealt out in turn, so that folds hold equally many groups (+-1).
[[nodiscard]] std::vector<int> assign_folds(const std::vector<std::string>& group_of_row, int folds,
                                            std::uint64_t seed);

/// Ridge regression (Hoerl and Kennard, Technometrics 1970) of several targets on the same
/// predictors, cross-fitted: each row is predicted by the probe that was trained on the other folds.
///
/// The strength of the penalty is chosen per outer fold and target by nested cross-validation: the
/// other folds are held out in turn. Where folds keep subjects together, so does this choice, which
/// generalised cross-validation would not. Predictors and targets are centred by the training rows.
///
/// Cost: with k folds, k + k(k-1)/2 eigendecompositions of dim x dim, shared by all penalties and
/// targets. Equal input gives equal bytes for any number of threads.
class RidgeProbe {
 public:
  using Matrix = Eigen::MatrixXd;

  /// Penalties tried, in units of the mean eigenvalue of the training rows' scatter matrix, so that
  /// the scale of the predictors does not matter. From no shrinkage to (nearly) the mean alone.
  [[nodiscard]] static std::span<const double> penalty_grid();

  /// predictors: n x dim; targets: n x m; both finite. fold: of each row, in [0, folds).
  /// Requires at least three folds, and rows in at least three of them.
  RidgeProbe(const Matrix& predictors, const Matrix& targets, const std::vector<int>& fold, int folds);

  /// m predictions for each row of `predictors`, by the probe that has not seen fold[row].
  [[nodiscard]] Matrix predict(const Matrix& predictors, std::span<const int> fold) const;

  /// Mean target of the rows that the probe of each held-out fold was trained on: folds x m.
  [[nodiscard]] const Matrix& training_mean() const { return target_mean_; }
  /// The chosen penalties in units of the grid: folds x m.
  [[nodiscard]] const Matrix& penalty() const { return penalty_; }
  /// The coefficients of the probe that has not seen `held_out`: dim x m.
  [[nodiscard]] const Matrix& coefficients(int held_out) const { return coefficients_[held_out]; }
  /// Predictors (n x dim) less the training mean, along the principal axes of the training rows of the
  /// probe that has not seen `held_out`.
  [[nodiscard]] Matrix on_axes(int held_out, const Matrix& predictors) const;
  /// Along those axes, the inverse of the penalised scatter matrix: dim x m.
  [[nodiscard]] const Matrix& inverse_scatter(int held_out) const { return inverse_scatter_[held_out]; }

 private:
  Matrix predictor_mean_;  // folds x dim
  Matrix target_mean_;
  Matrix penalty_;
  std::vector<Matrix> coefficients_, axes_, inverse_scatter_;  // of each held-out fold
};

}  // namespace robench
