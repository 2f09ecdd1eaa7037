// SPDX-License-Identifier: Apache-2.0
#include "metrics/fold_covariance.h"

#include <algorithm>
#include <map>

#include <tbb/parallel_for.h>

namespace robench {
namespace {

using Eigen::Index;
using Matrix = Eigen::MatrixXd;

constexpr std::size_t kMaxSubjects = 200;

/// The subjects that are looked at, and their rows.
struct Chosen {
  std::vector<Index> row;
  std::vector<Index> subject;               // of each row, in [0, fold.size())
  std::vector<int> fold;                    // of each subject
  std::vector<std::vector<Index>> of_fold;  // subjects
  double pairs_for_each = 0;                // pairs of all subjects for each pair of these
};

/// Ordered pairs from two different folds.
double pairs_between(const std::vector<double>& subjects_of_fold) {
  double all = 0, within = 0;
  for (const double count : subjects_of_fold) {
    all += count;
    within += count * count;
  }
  return all * all - within;
}

Chosen choose(const CrossFitted& rows) {
  std::map<int, int> fold_of_unit;
  for (std::size_t i = 0; i < rows.unit.size(); ++i) fold_of_unit[rows.unit[i]] = rows.fold[i];
  const int folds = *std::max_element(rows.fold.begin(), rows.fold.end()) + 1;
  const std::size_t step = (fold_of_unit.size() + kMaxSubjects - 1) / kMaxSubjects;
  Chosen chosen;
  chosen.of_fold.resize(static_cast<std::size_t>(folds));
  std::vector<double> all(static_cast<std::size_t>(folds), 0), taken = all;
  std::map<int, Index> subject_of_unit;
  std::size_t next = 0;
  for (const auto& [unit, fold] : fold_of_unit) {
    ++all[static_cast<std::size_t>(fold)];
    if (next++ % step != 0) continue;
    ++taken[static_cast<std::size_t>(fold)];
    const Index subject = std::ssize(chosen.fold);
    subject_of_unit[unit] = subject;
    chosen.fold.push_back(fold);
    chosen.of_fold[static_cast<std::size_t>(fold)].push_back(subject);
  }
  chosen.pairs_for_each = pairs_between(all) / std::max(1.0, pairs_between(taken));
  for (std::size_t i = 0; i < rows.unit.size(); ++i) {
    const auto found = subject_of_unit.find(rows.unit[i]);
    if (found == subject_of_unit.end()) continue;
    chosen.row.push_back(static_cast<Index>(i));
    chosen.subject.push_back(found->second);
  }
  return chosen;
}

/// e x of each subject, summed over the subject's rows: subjects x dim.
Matrix scores(const Chosen& chosen, const Matrix& axes_of_row, const Eigen::VectorXd& residual) {
  Matrix sum = Matrix::Zero(std::ssize(chosen.fold), axes_of_row.cols());
  for (std::size_t i = 0; i < chosen.row.size(); ++i)
    sum.row(chosen.subject[i]) += residual[chosen.row[i]] * axes_of_row.row(static_cast<Index>(i));
  return sum;
}

/// [I, J]: what J's place in the training adds to the loss of I; 0 within a fold.
Matrix pair_terms(const RidgeProbe& probe, const Chosen& chosen, const std::vector<Matrix>& on_axes,
                  const Eigen::VectorXd& residual, Index feature) {
  const Index subjects = std::ssize(chosen.fold);
  Matrix terms = Matrix::Zero(subjects, subjects);
  for (std::size_t f = 0; f < chosen.of_fold.size(); ++f) {
    const std::vector<Index>& judged = chosen.of_fold[f];
    const Matrix score = scores(chosen, on_axes[f], residual);
    const Eigen::VectorXd inverse = probe.inverse_scatter(static_cast<int>(f)).col(feature);
    terms(judged, Eigen::all) =
        -2 * (score(judged, Eigen::all) * inverse.asDiagonal()) * score.transpose();
    terms(judged, judged).setZero();
  }
  return terms;
}

/// Sum over pairs of what either adds to the other's loss, multiplied.
double variance_of(const Matrix& terms, double pairs_for_each) {
  return std::max(0.0, pairs_for_each * terms.cwiseProduct(terms.transpose()).sum());
}

}  // namespace

FoldCovariance fold_covariance(const RidgeProbe& probe, const CrossFitted& rows,
                               const Eigen::RowVectorXd& loss_of_mean, std::span<const Index> averaged) {
  const Chosen chosen = choose(rows);
  const Matrix predictors = rows.predictors(chosen.row, Eigen::all);
  std::vector<Matrix> on_axes(chosen.of_fold.size());
  tbb::parallel_for(std::size_t{0}, on_axes.size(),
                    [&](std::size_t f) { on_axes[f] = probe.on_axes(static_cast<int>(f), predictors); });

  FoldCovariance covariance;
  covariance.of_feature = Eigen::VectorXd::Zero(loss_of_mean.size());
  std::vector<Matrix> terms(static_cast<std::size_t>(loss_of_mean.size()));
  tbb::parallel_for(std::size_t{0}, terms.size(), [&](std::size_t k) {
    const auto feature = static_cast<Index>(k);
    if (!(loss_of_mean[feature] > 0)) return;
    terms[k] =
        pair_terms(probe, chosen, on_axes, rows.residual.col(feature), feature) / loss_of_mean[feature];
    covariance.of_feature[feature] = variance_of(terms[k], chosen.pairs_for_each);
  });
  Matrix mean = Matrix::Zero(std::ssize(chosen.fold), std::ssize(chosen.fold));
  for (const Index feature : averaged) mean += terms[static_cast<std::size_t>(feature)];
  if (!averaged.empty())
    covariance.of_mean = variance_of(mean / static_cast<double>(averaged.size()), chosen.pairs_for_each);
  return covariance;
}

}  // namespace robench
