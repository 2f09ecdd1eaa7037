// SPDX-License-Identifier: Apache-2.0
#include "metrics/ridge_probe.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <oneapi/tbb/global_control.h>
#include <Eigen/Cholesky>

#include "perturb/random_stream.h"

namespace robench {
namespace {

using Matrix = RidgeProbe::Matrix;

Matrix normal_matrix(std::string_view name, Eigen::Index rows, Eigen::Index columns) {
  const RandomStream stream(11, name, "", "", 0);
  Matrix matrix(rows, columns);
  for (Eigen::Index i = 0; i < matrix.size(); ++i) matrix(i) = stream.normal(i);
  return matrix;
}

std::vector<std::string> numbered(int count, int per_group) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back("s" + std::to_string(i / per_group));
  return names;
}

/// Out-of-fold R2 of each target, about the training means.
Eigen::RowVectorXd out_of_fold_r2(const RidgeProbe& probe, const Matrix& x, const Matrix& y,
                                  const std::vector<int>& fold) {
  Matrix mean(y.rows(), y.cols());
  for (Eigen::Index i = 0; i < y.rows(); ++i) mean.row(i) = probe.training_mean().row(fold[i]);
  return 1 - (probe.predict(x, fold) - y).colwise().squaredNorm().array() /
                 (mean - y).colwise().squaredNorm().array();
}

/// Ridge by the textbook: (X'X + penalty * mean eigenvalue * I) w = X'y on centred training rows.
struct NormalEquations {
  Eigen::RowVectorXd x_mean, y_mean;
  Matrix w;

  NormalEquations(const Matrix& x, const Matrix& y, double penalty)
      : x_mean(x.colwise().mean()), y_mean(y.colwise().mean()) {
    const Matrix xc = x.rowwise() - x_mean, yc = y.rowwise() - y_mean;
    Matrix scatter = xc.transpose() * xc;
    const double unit = scatter.trace() / static_cast<double>(x.cols());
    scatter.diagonal().array() += penalty * unit;
    w = scatter.ldlt().solve(xc.transpose() * yc);
  }
};

std::vector<int> rows_where(const std::vector<int>& fold, auto&& wanted) {
  std::vector<int> rows;
  for (int i = 0; i < std::ssize(fold); ++i) {
    if (wanted(fold[i])) rows.push_back(i);
  }
  return rows;
}

TEST_SUITE("metrics") {
  TEST_CASE("folds keep subjects together, are balanced and depend on names alone") {
    const std::vector<std::string> names = numbered(300, 3);
    const std::vector<int> fold = assign_folds(names, 5, 1);
    std::vector<int> samples(5, 0);
    for (std::size_t i = 0; i < names.size(); ++i) {
      CHECK(fold[i] == fold[i / 3 * 3]);
      ++samples[fold[i]];
    }
    CHECK(samples == std::vector<int>(5, 60));
    CHECK(assign_folds(names, 5, 1) == fold);
    CHECK(assign_folds(names, 5, 2) != fold);
    const std::vector<std::string> reversed(names.rbegin(), names.rend());
    CHECK(assign_folds(reversed, 5, 1) == std::vector<int>(fold.rbegin(), fold.rend()));
  }

  TEST_CASE("ridge: coefficients and predictions solve the normal equations") {
    const Matrix x = (normal_matrix("x", 90, 12).array() + 3).matrix();  // a mean far from 0
    const Matrix y = x.leftCols(2) * 0.5 + normal_matrix("noise", 90, 2);
    const std::vector<int> fold = assign_folds(numbered(90, 2), 5, 3);
    const RidgeProbe probe(x, y, fold, 5);
    const Matrix predicted = probe.predict(x, fold);
    for (int held_out = 0; held_out < 5; ++held_out) {
      const auto training = rows_where(fold, [&](int f) { return f != held_out; });
      const auto judged = rows_where(fold, [&](int f) { return f == held_out; });
      for (int target = 0; target < 2; ++target) {
        const NormalEquations ridge(x(training, Eigen::all), y(training, std::vector{target}),
                                    probe.penalty()(held_out, target));
        CHECK((probe.coefficients(held_out).col(target) - ridge.w).cwiseAbs().maxCoeff() < 1e-8);
        CHECK(std::abs(probe.training_mean()(held_out, target) - ridge.y_mean[0]) < 1e-12);
        const Eigen::VectorXd expected =
            ((x(judged, Eigen::all).rowwise() - ridge.x_mean) * ridge.w).array() + ridge.y_mean[0];
        CHECK((predicted(judged, target) - expected).cwiseAbs().maxCoeff() < 1e-8);
      }
    }
  }

  TEST_CASE("ridge: the penalty is the one that nested subject-wise cross-validation prefers") {
    const Matrix x = normal_matrix("x", 100, 15);
    const Matrix y = 0.4 * x.leftCols(3) + normal_matrix("noise", 100, 3);
    const std::vector<int> fold = assign_folds(numbered(100, 2), 5, 4);
    const RidgeProbe probe(x, y, fold, 5);
    std::set<double> chosen;
    for (int outer = 0; outer < 5; ++outer) {
      for (int target = 0; target < 3; ++target) {
        double best_error = std::numeric_limits<double>::infinity(), best = 0;
        for (const double penalty : RidgeProbe::penalty_grid()) {
          double error = 0;
          for (int inner = 0; inner < 5; ++inner) {
            if (inner == outer) continue;
            const auto training = rows_where(fold, [&](int f) { return f != outer && f != inner; });
            const auto judged = rows_where(fold, [&](int f) { return f == inner; });
            const NormalEquations ridge(x(training, Eigen::all), y(training, std::vector{target}),
                                        penalty);
            const Matrix deviation = (x(judged, Eigen::all).rowwise() - ridge.x_mean) * ridge.w;
            error +=
                (deviation.col(0).array() + ridge.y_mean[0] - y(judged, target).array()).square().sum();
          }
          if (error < best_error) best_error = error, best = penalty;
        }
        CHECK(probe.penalty()(outer, target) == best);
        chosen.insert(best);
      }
    }
    CHECK(chosen.size() > 1);  // the choice is a choice
  }

  TEST_CASE("ridge: a planted R2 is recovered, whatever the scale of the predictors") {
    // target = a predictor + noise of its variance times 1/4, 1, 4: R2 = 0.8, 0.5, 0.2.
    const int n = 3000;
    const Matrix x = normal_matrix("x", n, 40);
    Matrix y = x.leftCols(3);
    y += normal_matrix("noise", n, 3) * Eigen::Vector3d(0.5, 1, 2).asDiagonal();
    const std::vector<int> fold = assign_folds(numbered(n, 1), 5, 5);
    const Eigen::RowVector3d r2 = out_of_fold_r2(RidgeProbe(x, y, fold, 5), x, y, fold);
    CHECK(r2[0] == doctest::Approx(0.8).epsilon(0.03));
    CHECK(r2[1] == doctest::Approx(0.5).epsilon(0.05));
    CHECK(r2[2] == doctest::Approx(0.2).epsilon(0.15));
    const Matrix tiny = 1e-3 * x;
    CHECK(out_of_fold_r2(RidgeProbe(tiny, y, fold, 5), tiny, y, fold).isApprox(r2, 1e-9));
  }

  TEST_CASE("ridge: embeddings that know only who it is do not know the geometry") {
    // 60 subjects x 5 samples; the embedding is the subject's random code, the target one random
    // number per subject. Image-wise folds let the probe recognise people and look up their number.
    const int subjects = 60, each = 5;
    const Matrix code = normal_matrix("code", subjects, 128),
                 number = normal_matrix("number", subjects, 4);
    Matrix x = 0.1 * normal_matrix("noise", subjects * each, 128), y(subjects * each, 4);
    for (int i = 0; i < subjects * each; ++i) {
      x.row(i) += code.row(i / each);
      y.row(i) = number.row(i / each);
    }
    const std::vector<int> by_image = assign_folds(numbered(subjects * each, 1), 5, 6);
    const std::vector<int> by_subject = assign_folds(numbered(subjects * each, each), 5, 6);
    CHECK(out_of_fold_r2(RidgeProbe(x, y, by_image, 5), x, y, by_image).mean() > 0.9);
    CHECK(out_of_fold_r2(RidgeProbe(x, y, by_subject, 5), x, y, by_subject).mean() < 0.02);
  }

  TEST_CASE("ridge: predictors that do not vary predict the training mean") {
    const Matrix x = Matrix::Constant(60, 6, 0.25), y = normal_matrix("y", 60, 2);
    const std::vector<int> fold = assign_folds(numbered(60, 1), 5, 7);
    const RidgeProbe probe(x, y, fold, 5);
    const Eigen::RowVectorXd r2 = out_of_fold_r2(probe, x, y, fold);
    CHECK(r2.cwiseAbs().maxCoeff() < 1e-9);
  }

  TEST_CASE("ridge: one thread and several give the same bytes") {
    const Matrix x = normal_matrix("x", 200, 64), y = normal_matrix("y", 200, 5);
    const std::vector<int> fold = assign_folds(numbered(200, 2), 5, 8);
    const RidgeProbe many(x, y, fold, 5);
    const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
    const RidgeProbe single(x, y, fold, 5);
    for (int k = 0; k < 5; ++k) CHECK(single.coefficients(k) == many.coefficients(k));
  }
}

}  // namespace
}  // namespace robench
