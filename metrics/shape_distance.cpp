// SPDX-License-Identifier: Apache-2.0
#include "metrics/shape_distance.h"

#include <map>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

namespace robench {
namespace {

using Matrix = Eigen::MatrixXd;

std::map<int, std::vector<Eigen::Index>> faces_of_people(std::span<const int> person) {
  std::map<int, std::vector<Eigen::Index>> faces;
  for (std::size_t i = 0; i < person.size(); ++i)
    faces[person[i]].push_back(static_cast<Eigen::Index>(i));
  return faces;
}

/// Mean over people of the mean square about `centre`: 1 x features.
template <class Faces>
Eigen::RowVectorXd mean_of_people(const Matrix& values, const Faces& people) {
  Eigen::RowVectorXd mean = Eigen::RowVectorXd::Zero(values.cols());
  for (const auto& [unused, faces] : people) mean += values(faces, Eigen::all).colwise().mean();
  return mean / static_cast<double>(people.size());
}

Matrix inverse_with_ridge(Matrix covariance) {
  covariance.diagonal().array() += ShapeDistance::kRidge;
  return covariance.ldlt().solve(Matrix::Identity(covariance.rows(), covariance.cols()));
}

/// A' A = the matrix without its negative eigenvalues, for row vectors: x' M x = |x A'|^2.
Matrix square_root(const Matrix& matrix) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(matrix);
  return solver.eigenvectors() * solver.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal();
}

}  // namespace

ShapeDistance::ShapeDistance(const Matrix& features, std::span<const int> person) {
  const auto people = faces_of_people(person);
  mean_ = mean_of_people(features, people);
  const Matrix centred = features.rowwise() - mean_;
  scale_ = mean_of_people(centred.array().square().matrix(), people).cwiseSqrt();
  const Matrix scaled = centred.array().rowwise() / scale_.array();

  Matrix total = Matrix::Zero(scaled.cols(), scaled.cols());
  Matrix within = total;
  int several = 0;
  for (const auto& [unused, faces] : people) {
    const Matrix own = scaled(faces, Eigen::all);
    total += own.transpose() * own / static_cast<double>(faces.size());
    if (faces.size() < 2) continue;
    const Matrix about_mean = own.rowwise() - own.colwise().mean();
    within += about_mean.transpose() * about_mean / static_cast<double>(faces.size() - 1);
    ++several;
  }
  total /= static_cast<double>(people.size());
  within /= several;
  projection_ = square_root(inverse_with_ridge(within) - inverse_with_ridge(total));
}

Matrix ShapeDistance::points(const Matrix& features) const {
  const Matrix scaled = (features.rowwise() - mean_).array().rowwise() / scale_.array();
  return scaled * projection_;
}

}  // namespace robench
