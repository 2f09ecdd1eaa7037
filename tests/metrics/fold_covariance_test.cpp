// SPDX-License-Identifier: Apache-2.0
#include "metrics/fold_covariance.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include <Eigen/LU>

#include "perturb/random_stream.h"

namespace robench {
namespace {

using Matrix = Eigen::MatrixXd;

/// Two pictures of each subject, two targets of which one can be read.
struct FoldedStudy {
  Matrix x, y;
  std::vector<int> unit, fold;
  explicit FoldedStudy(int subjects) : x(2 * subjects, 4), y(2 * subjects, 2) {
    const RandomStream stream(7, "folded study", "", "", 0);
    std::vector<std::string> names;
    for (int i = 0; i < 2 * subjects; ++i) {
      for (int d = 0; d < 4; ++d) x(i, d) = 1 + stream.normal(10 * i + d);
      y(i, 0) = 0.5 * x(i, 0) + stream.normal(10 * i + 4);
      y(i, 1) = stream.normal(10 * i + 5);
      unit.push_back(i / 2);
      names.push_back(std::to_string(i / 2));
    }
    fold = assign_folds(names, 3, 1);
  }
};

/// The same by the textbook: every pair of pictures, every scatter matrix inverted.
struct PairByPair {
  const FoldedStudy& study;
  const RidgeProbe& probe;
  Matrix residual;

  Matrix terms(Eigen::Index target, double loss_of_mean) const {
    const Eigen::Index subjects = study.x.rows() / 2;
    Matrix sum = Matrix::Zero(subjects, subjects);
    for (int f = 0; f < 3; ++f) {
      std::vector<Eigen::Index> training;
      for (Eigen::Index i = 0; i < study.x.rows(); ++i)
        if (study.fold[i] != f) training.push_back(i);
      const Eigen::RowVectorXd mean = study.x(training, Eigen::all).colwise().mean();
      const Matrix centred = study.x(training, Eigen::all).rowwise() - mean;
      Matrix scatter = centred.transpose() * centred;
      scatter.diagonal().array() += probe.penalty()(f, target) * scatter.trace() / 4;
      const Matrix inverse = scatter.inverse();
      for (Eigen::Index i = 0; i < study.x.rows(); ++i) {
        if (study.fold[i] != f) continue;
        for (const Eigen::Index j : training)
          sum(i / 2, j / 2) -= 2 * residual(i, target) * residual(j, target) *
                               (study.x.row(i) - mean).dot((study.x.row(j) - mean) * inverse) /
                               loss_of_mean;
      }
    }
    return sum;
  }
};

TEST_SUITE("metrics") {
  TEST_CASE("fold covariance: what pairs of subjects in different folds add to each other's loss") {
    const FoldedStudy study(30);
    const RidgeProbe probe(study.x, study.y, study.fold, 3);
    const Matrix residual = probe.predict(study.x, study.fold) - study.y;
    const Eigen::RowVectorXd loss{{80.0, 60.0}};
    const FoldCovariance found = fold_covariance(probe, {study.x, residual, study.fold, study.unit},
                                                 loss, std::array<Eigen::Index, 2>{0, 1});
    const PairByPair textbook{study, probe, residual};
    const Matrix first = textbook.terms(0, loss[0]), second = textbook.terms(1, loss[1]);
    const auto product = [](const Matrix& terms) { return terms.cwiseProduct(terms.transpose()).sum(); };
    CHECK(found.of_feature[0] == doctest::Approx(product(first)).epsilon(1e-9));
    CHECK(found.of_feature[1] == doctest::Approx(product(second)).epsilon(1e-9));
    CHECK(found.of_mean == doctest::Approx(product((first + second) / 2)).epsilon(1e-9));
    CHECK(found.of_feature[0] > 0);
  }

  TEST_CASE(
      "fold covariance: of many subjects some speak for all; it falls with the square of their number") {
    const auto of = [](int subjects) {
      const FoldedStudy study(subjects);
      const RidgeProbe probe(study.x, study.y, study.fold, 3);
      const Matrix residual = probe.predict(study.x, study.fold) - study.y;
      const Eigen::RowVectorXd loss =
          study.y.rowwise().squaredNorm().sum() / 2 * Eigen::RowVectorXd::Ones(2);
      return fold_covariance(probe, {study.x, residual, study.fold, study.unit}, loss, {}).of_feature[0];
    };
    CHECK(of(1200) == doctest::Approx(of(150) / 64).epsilon(0.3));  // 200 of the 1,200 are looked at
  }
}

}  // namespace
}  // namespace robench
