// SPDX-License-Identifier: Apache-2.0
#include "metrics/geometry_controls.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <tbb/parallel_for.h>

#include "metrics/relabelling.h"
#include "perturb/error.h"

namespace robench {
namespace {

// Row-major: a permutation moves whole rows.
using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Correlations closer than this are equal but for rounding.
constexpr double kCorrelationTie = 1e-12;

std::vector<std::vector<Eigen::Index>> members_of(std::span<const int> fold) {
  std::vector<std::vector<Eigen::Index>> members;
  for (std::size_t row = 0; row < fold.size(); ++row) {
    const auto k = static_cast<std::size_t>(fold[row]);
    if (k >= members.size()) members.resize(k + 1);
    members[k].push_back(static_cast<Eigen::Index>(row));
  }
  return members;
}

/// Columns of mean 0 within each fold and length 1 over all; 0 where nothing varies.
Rows standardised(const Eigen::MatrixXd& values, const std::vector<std::vector<Eigen::Index>>& members) {
  Rows rows = values;
  for (const auto& fold : members) {
    if (fold.empty()) continue;
    const Eigen::RowVectorXd mean = values(fold, Eigen::all).colwise().mean();
    for (const Eigen::Index row : fold) rows.row(row) -= mean;
  }
  for (Eigen::Index k = 0; k < rows.cols(); ++k) {
    const double length = rows.col(k).norm();
    if (length > 0) rows.col(k) /= length;
  }
  return rows;
}

/// Sums that the one-way analysis of variance needs; a bootstrap weighs the subjects in them.
struct AnovaSums {
  double subjects = 0, samples = 0, samples_squared = 0, total = 0, between = 0, within = 0;

  void add(double weight, double n, double mean, double squares_within) {
    subjects += weight;
    samples += weight * n;
    samples_squared += weight * n * n;
    total += weight * n * mean;
    between += weight * n * mean * mean;
    within += weight * squares_within;
  }

  [[nodiscard]] double icc() const {
    const double mean_between = (between - total * total / samples) / (subjects - 1);
    const double mean_within = within / (samples - subjects);
    const double n0 = (samples - samples_squared / samples) / (subjects - 1);
    return (mean_between - mean_within) / (mean_between + (n0 - 1) * mean_within);
  }
};

struct PictureGroup {
  int unit = 0;
  std::int64_t n = 0;
  double sum = 0, mean = 0, squares_within = 0;
};

/// The groups of two samples or more, of values about their mean.
std::vector<PictureGroup> groups_of(const Eigen::VectorXd& values, std::span<const int> unit,
                                    int units) {
  const double origin = values.mean();
  std::vector<PictureGroup> groups(static_cast<std::size_t>(units));
  for (std::size_t i = 0; i < unit.size(); ++i) {
    PictureGroup& group = groups[static_cast<std::size_t>(unit[i])];
    group.unit = unit[i];
    ++group.n;
    group.sum += values[static_cast<Eigen::Index>(i)] - origin;
  }
  for (PictureGroup& group : groups) group.mean = group.sum / static_cast<double>(group.n);
  for (std::size_t i = 0; i < unit.size(); ++i) {
    PictureGroup& group = groups[static_cast<std::size_t>(unit[i])];
    const double apart = values[static_cast<Eigen::Index>(i)] - origin - group.mean;
    group.squares_within += apart * apart;
  }
  std::erase_if(groups, [](const PictureGroup& group) { return group.n < 2; });
  return groups;
}

}  // namespace

PredictionTest test_predictions(const Eigen::MatrixXd& predicted, const Eigen::MatrixXd& truth,
                                std::span<const int> fold, std::span<const Eigen::Index> columns,
                                const RandomStream& stream, int permutations) {
  ROBENCH_ASSERT(predicted.rows() == std::ssize(fold) && truth.rows() == predicted.rows());
  ROBENCH_ASSERT(!columns.empty());
  const auto members = members_of(fold);
  const Rows guess = standardised(predicted, members), real = standardised(truth, members);
  const std::vector<Eigen::Index> chosen(columns.begin(), columns.end());
  const Eigen::RowVectorXd observed = guess.cwiseProduct(real).colwise().sum();
  const double observed_mean = observed(chosen).mean();

  // Of each permutation: which columns correlate as well as they are, and whether the mean does.
  Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic> as_large(truth.cols() + 1, permutations);
  tbb::parallel_for(0, permutations, [&](int k) {
    const RandomStream order_of = stream.fork(std::to_string(k));
    Eigen::RowVectorXd correlation = Eigen::RowVectorXd::Zero(truth.cols());
    for (std::size_t f = 0; f < members.size(); ++f) {
      const auto order = random_order(members[f].size(), order_of.fork(std::to_string(f)));
      for (std::size_t i = 0; i < order.size(); ++i)
        correlation += guess.row(members[f][i]).cwiseProduct(real.row(members[f][order[i]]));
    }
    for (Eigen::Index c = 0; c < truth.cols(); ++c)
      as_large(c, k) = correlation[c] >= observed[c] - kCorrelationTie;
    as_large(truth.cols(), k) = correlation(chosen).mean() >= observed_mean - kCorrelationTie;
  });
  PredictionTest test;
  for (Eigen::Index c = 0; c <= truth.cols(); ++c)
    test.p.push_back((1.0 + static_cast<double>(as_large.row(c).count())) / (1.0 + permutations));
  test.p_mean = test.p.back();
  test.p.pop_back();
  return test;
}

std::optional<Reliability> reliability(const Eigen::VectorXd& values, std::span<const int> unit,
                                       const SubjectBootstrap& bootstrap) {
  ROBENCH_ASSERT(values.size() == std::ssize(unit));
  if (values.size() == 0) return std::nullopt;
  const std::vector<PictureGroup> groups = groups_of(values, unit, bootstrap.units());
  AnovaSums all;
  for (const PictureGroup& group : groups)
    all.add(1, static_cast<double>(group.n), group.mean, group.squares_within);
  if (groups.size() < 2 || !std::isfinite(all.icc())) return std::nullopt;

  std::vector<AnovaSums> resampled(static_cast<std::size_t>(bootstrap.replicates()));
  for (const PictureGroup& group : groups) {
    const auto weights = bootstrap.of_unit(group.unit);
    for (std::size_t r = 0; r < resampled.size(); ++r)
      resampled[r].add(weights[r], static_cast<double>(group.n), group.mean, group.squares_within);
  }
  std::vector<double> replicates;
  for (const AnovaSums& sums : resampled) replicates.push_back(sums.icc());
  Reliability result{.icc = all.icc(),
                     .ci95 = std::nullopt,
                     .subjects = static_cast<int>(groups.size()),
                     .samples = static_cast<std::int64_t>(all.samples)};
  if (result.subjects >= SubjectBootstrap::kMinSubjects) result.ci95 = percentile_interval(replicates);
  return result;
}

}  // namespace robench
