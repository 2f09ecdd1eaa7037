// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/classifier_test.h"

#include <algorithm>
#include <string>

#include <Eigen/Cholesky>

#include "metrics/confidence/shrinkage.h"
#include "metrics/ridge_probe.h"
#include "perturb/error.h"

namespace robench {
namespace {

/// A fold's predictions are linear in the labels of its training rows: score = influence . contrast.
struct Fold {
  std::vector<std::size_t> training;
  std::vector<std::size_t> judged;
  Eigen::MatrixXd influence;  // judged x training
};

Eigen::MatrixXd chosen_rows(const Eigen::MatrixXd& rows, const std::vector<std::size_t>& places) {
  Eigen::MatrixXd part(static_cast<Eigen::Index>(places.size()), rows.cols());
  for (std::size_t k = 0; k < places.size(); ++k)
    part.row(static_cast<Eigen::Index>(k)) = rows.row(static_cast<Eigen::Index>(places[k]));
  return part;
}

std::vector<Fold> make_folds(const TwoSamples& samples, std::uint64_t seed, int count) {
  std::vector<std::string> names;
  for (const int person : people_of_rows(samples.subject)) names.push_back(std::to_string(person));
  const std::vector<int> fold_of = assign_folds(names, count, seed);
  std::vector<Fold> folds(count);
  for (int f = 0; f < count; ++f) {
    for (std::size_t i = 0; i < fold_of.size(); ++i)
      (fold_of[i] == f ? folds[f].judged : folds[f].training).push_back(i);
    const Eigen::MatrixXd training = chosen_rows(samples.rows, folds[f].training);
    const ShrunkCovariance fit = ledoit_wolf(training);
    const Eigen::MatrixXd centred = training.rowwise() - fit.mean.transpose();
    folds[f].influence =
        chosen_rows(samples.rows, folds[f].judged) * fit.covariance.ldlt().solve(centred.transpose());
  }
  return folds;
}

/// Difference of the means of both samples, as weights of the rows; zeros where one is missing.
Eigen::VectorXd contrast(const std::vector<std::size_t>& rows, std::span<const int> in_second) {
  Eigen::VectorXd weight(static_cast<Eigen::Index>(rows.size()));
  const auto second =
      std::count_if(rows.begin(), rows.end(), [&](std::size_t row) { return in_second[row] != 0; });
  const auto first = std::ssize(rows) - second;
  if (first == 0 || second == 0) return Eigen::VectorXd::Zero(weight.size());
  for (std::size_t k = 0; k < rows.size(); ++k)
    weight[static_cast<Eigen::Index>(k)] =
        in_second[rows[k]] != 0 ? 1.0 / static_cast<double>(second) : -1.0 / static_cast<double>(first);
  return weight;
}

/// Pairs of both samples within a fold, and how many of them are in order (ties half).
struct Pairs {
  double all = 0;
  double in_order = 0;
};

Pairs pairs_of(const Fold& fold, std::span<const int> in_second) {
  const Eigen::VectorXd score = fold.influence * contrast(fold.training, in_second);
  std::vector<std::pair<double, int>> judged;
  for (std::size_t k = 0; k < fold.judged.size(); ++k)
    judged.emplace_back(score[static_cast<Eigen::Index>(k)], in_second[fold.judged[k]] != 0 ? 1 : 0);
  std::sort(judged.begin(), judged.end());
  Pairs pairs;
  double first_below = 0;
  double second_all = 0;
  for (std::size_t begin = 0; begin < judged.size();) {
    double first = 0;
    double second = 0;
    const double here = judged[begin].first;
    for (; begin < judged.size() && judged[begin].first == here; ++begin)
      (judged[begin].second != 0 ? second : first) += 1;
    pairs.in_order += second * (first_below + first / 2);
    first_below += first;
    second_all += second;
  }
  pairs.all = first_below * second_all;
  return pairs;
}

double auroc_of(const std::vector<Fold>& folds, std::span<const int> in_second) {
  Pairs total;
  for (const Fold& fold : folds) {
    const Pairs pairs = pairs_of(fold, in_second);
    total.all += pairs.all;
    total.in_order += pairs.in_order;
  }
  return total.all > 0 ? total.in_order / total.all : 0.5;
}

}  // namespace

ClassifierTest classifier_test(const TwoSamples& samples, int permutations, std::uint64_t seed,
                               int folds) {
  ROBENCH_ASSERT(folds >= 2);
  const std::vector<Fold> prepared = make_folds(samples, seed, folds);
  ClassifierTest test;
  test.auroc = auroc_of(prepared, samples.in_second);
  test.p = SubjectRelabelling(samples)
               .test(test.auroc, permutations, seed, "classifier",
                     [&](std::span<const int> labels) { return auroc_of(prepared, labels); })
               .p;
  return test;
}

}  // namespace robench
