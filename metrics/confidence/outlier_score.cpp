// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/outlier_score.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <tbb/parallel_for.h>
#include <Eigen/Eigenvalues>

#include "metrics/confidence/shrinkage.h"
#include "perturb/error.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

constexpr int kNeighbour = 5;
constexpr double kVarianceKept = 0.9;
constexpr int kLeastRows = 10;

/// W with W' W = covariance^-1; directions without variance are left out.
Eigen::MatrixXd whitening_of(const Eigen::MatrixXd& covariance) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  const Eigen::VectorXd& values = solver.eigenvalues();  // ascending
  const double least = 1e-12 * std::max(values[values.size() - 1], 0.0);
  Eigen::Index first = 0;
  while (first < values.size() && values[first] <= least) ++first;
  const Eigen::Index kept = values.size() - first;
  return values.tail(kept).cwiseSqrt().cwiseInverse().asDiagonal() *
         solver.eigenvectors().rightCols(kept).transpose();
}

/// The fewest principal directions that hold kVarianceKept of the variance, as rows.
Eigen::MatrixXd principal_directions(const Eigen::MatrixXd& covariance) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  const double total = solver.eigenvalues().sum();
  double held = 0;
  Eigen::Index kept = 0;
  while (kept < covariance.rows() && held < kVarianceKept * total)
    held += solver.eigenvalues()[covariance.rows() - 1 - kept++];
  return solver.eigenvectors().rightCols(kept).transpose();
}

double squared_distance(const Eigen::MatrixXd& whitening, const Eigen::VectorXd& mean,
                        const Eigen::VectorXd& x) {
  return (whitening * (x - mean)).squaredNorm();
}

/// To the `neighbour`-th nearest, from 1.
double neighbour_distance(const Eigen::MatrixXd& rows, const Eigen::VectorXd& x, int neighbour) {
  const Eigen::VectorXd squared = (rows.rowwise() - x.transpose()).rowwise().squaredNorm();
  std::vector<double> distances(squared.begin(), squared.end());
  std::nth_element(distances.begin(), distances.begin() + neighbour - 1, distances.end());
  return std::sqrt(distances[neighbour - 1]);
}

double score_of(const OutlierModel& model, const Eigen::VectorXd& x) {
  switch (model.kind) {
    case OutlierScore::mahalanobis:
      return squared_distance(model.whitening, model.mean, x);
    case OutlierScore::relative_mahalanobis:
      return squared_distance(model.whitening, model.mean, x) -
             squared_distance(model.background_whitening, model.background_mean, x);
    case OutlierScore::knn:
      return neighbour_distance(model.rows, x, kNeighbour);
    case OutlierScore::cosine:
      return 1 - x.dot(model.mean) / (x.norm() * model.mean.norm());
    case OutlierScore::reconstruction: {
      const Eigen::VectorXd centred = x - model.mean;
      return (centred - model.whitening.transpose() * (model.whitening * centred)).norm();
    }
  }
  return 0;
}

}  // namespace

std::string_view to_string(OutlierScore score) {
  switch (score) {
    case OutlierScore::mahalanobis:
      return "mahalanobis";
    case OutlierScore::relative_mahalanobis:
      return "relative_mahalanobis";
    case OutlierScore::knn:
      return "knn";
    case OutlierScore::cosine:
      return "cosine";
    case OutlierScore::reconstruction:
      return "reconstruction";
  }
  return "";
}

OutlierModel fit_outlier_model(OutlierScore kind, const Eigen::MatrixXd& reference,
                               const Eigen::MatrixXd& background) {
  ROBENCH_ASSERT(reference.rows() >= kLeastRows);
  OutlierModel model;
  model.kind = kind;
  model.mean = reference.colwise().mean().transpose();
  if (kind == OutlierScore::knn) model.rows = reference;
  if (kind == OutlierScore::mahalanobis || kind == OutlierScore::relative_mahalanobis)
    model.whitening = whitening_of(ledoit_wolf(reference).covariance);
  if (kind == OutlierScore::reconstruction)
    model.whitening = principal_directions(ledoit_wolf(reference).covariance);
  if (kind == OutlierScore::relative_mahalanobis) {
    ROBENCH_ASSERT(background.rows() >= kLeastRows && background.cols() == reference.cols());
    const ShrunkCovariance fit = ledoit_wolf(background);
    model.background_mean = fit.mean;
    model.background_whitening = whitening_of(fit.covariance);
  }
  return model;
}

std::vector<double> outlier_scores(const OutlierModel& model, const Eigen::MatrixXd& rows) {
  std::vector<double> scores(static_cast<std::size_t>(rows.rows()));
  tbb::parallel_for(std::size_t{0}, scores.size(), [&](std::size_t i) {
    scores[i] = score_of(model, rows.row(static_cast<Eigen::Index>(i)).transpose());
  });
  return scores;
}

std::vector<double> own_outlier_scores(const OutlierModel& model) {
  ROBENCH_ASSERT(model.kind == OutlierScore::knn && model.rows.rows() > kNeighbour);
  std::vector<double> scores(static_cast<std::size_t>(model.rows.rows()));
  tbb::parallel_for(std::size_t{0}, scores.size(), [&](std::size_t i) {
    const Eigen::VectorXd own = model.rows.row(static_cast<Eigen::Index>(i)).transpose();
    scores[i] = neighbour_distance(model.rows, own, kNeighbour + 1);  // it is its own nearest
  });
  return scores;
}

std::vector<bool> fitting_side(std::span<const int> subject, std::uint64_t seed, double fit_share) {
  ROBENCH_ASSERT(fit_share > 0 && fit_share < 1);
  const RandomStream stream(seed, "outlier_fitting_side", "", "", 0);
  std::map<int, double> rank_of;  // a hash of the person
  for (const int s : subject) rank_of[s] = stream.uniform(static_cast<std::uint64_t>(s));
  std::vector<std::pair<double, int>> order;
  for (const auto& [person, rank] : rank_of) order.emplace_back(rank, person);
  std::sort(order.begin(), order.end());
  const auto fitting = static_cast<std::size_t>(fit_share * static_cast<double>(order.size()));
  std::map<int, bool> fits;
  for (std::size_t k = 0; k < order.size(); ++k) fits[order[k].second] = k < fitting;
  std::vector<bool> side;
  for (const int s : subject) side.push_back(fits[s]);
  return side;
}

OutlierTest fit_outlier_test(OutlierScore kind, const Eigen::MatrixXd& rows,
                             std::span<const int> subject, std::uint64_t seed, double fit_share,
                             const Eigen::MatrixXd& background) {
  ROBENCH_ASSERT(static_cast<std::size_t>(rows.rows()) == subject.size());
  const std::vector<bool> fits = fitting_side(subject, seed, fit_share);
  std::vector<Eigen::Index> fitting;
  std::vector<Eigen::Index> calibrating;
  std::vector<int> people;
  for (std::size_t i = 0; i < subject.size(); ++i) {
    (fits[i] ? fitting : calibrating).push_back(static_cast<Eigen::Index>(i));
    if (!fits[i]) people.push_back(subject[i]);
  }
  OutlierTest test;
  test.model = fit_outlier_model(kind, rows(fitting, Eigen::all), background);
  test.reference =
      conformal_reference(outlier_scores(test.model, rows(calibrating, Eigen::all)), people);
  return test;
}

std::vector<double> outlier_p(const OutlierTest& test, const Eigen::MatrixXd& rows) {
  std::vector<double> p = outlier_scores(test.model, rows);
  for (double& value : p) value = conformal_p(test.reference, value, Tail::upper);
  return p;
}

}  // namespace robench
