// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/quality_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "metrics/confidence/ridge_logistic.h"
#include "metrics/ridge_probe.h"
#include "metrics/subject_bootstrap.h"
#include "perturb/error.h"

namespace robench {
namespace {

constexpr double kMostSds = 4;
/// Penalties tried, in units of the total weight: from hardly any to (nearly) the intercept alone.
constexpr std::array<double, 7> kPenalties = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10};

/// Rows of a training set, or of a part of it.
struct Training {
  Eigen::MatrixXd covariates;
  std::vector<int> usable;
  std::vector<int> subject;

  [[nodiscard]] Training only(const std::vector<std::size_t>& rows) const {
    Training part{Eigen::MatrixXd(static_cast<Eigen::Index>(rows.size()), covariates.cols()), {}, {}};
    for (std::size_t k = 0; k < rows.size(); ++k) {
      part.covariates.row(static_cast<Eigen::Index>(k)) =
          covariates.row(static_cast<Eigen::Index>(rows[k]));
      part.usable.push_back(usable[rows[k]]);
      part.subject.push_back(subject[rows[k]]);
    }
    return part;
  }
};

struct Split {
  std::vector<std::size_t> training;
  std::vector<std::size_t> held_out;
};

std::vector<Split> subject_splits(std::span<const int> subject, int folds, std::uint64_t seed) {
  std::vector<std::string> groups;
  for (const int s : subject) groups.push_back(std::to_string(s));
  const std::vector<int> fold = assign_folds(groups, folds, seed);
  std::vector<Split> splits(folds);
  for (std::size_t i = 0; i < fold.size(); ++i)
    for (int f = 0; f < folds; ++f)
      (fold[i] == f ? splits[f].held_out : splits[f].training).push_back(i);
  return splits;
}

/// Each subject weighs the same, all together as much as there are rows.
std::vector<double> equal_weights(std::span<const int> subject) {
  std::map<int, double> rows;
  for (const int s : subject) rows[s] += 1;
  std::vector<double> weight;
  for (const int s : subject)
    weight.push_back(static_cast<double>(subject.size()) / static_cast<double>(rows.size()) / rows[s]);
  return weight;
}

/// Subjects that have the rarer outcome.
std::size_t least_subjects_of_outcome(const Training& training) {
  std::array<std::set<int>, 2> subjects;
  for (std::size_t i = 0; i < training.usable.size(); ++i)
    subjects[training.usable[i] != 0 ? 1 : 0].insert(training.subject[i]);
  return std::min(subjects[0].size(), subjects[1].size());
}

/// Location and scale of each covariate; missing ones count as the median.
void standardise(const Training& training, QualityModel& model) {
  for (Eigen::Index k = 0; k < training.covariates.cols(); ++k) {
    std::vector<double> known;
    for (const double x : training.covariates.col(k))
      if (!std::isnan(x)) known.push_back(x);
    const double median = known.empty() ? 0 : quantile(known, 0.5);
    known.resize(static_cast<std::size_t>(training.covariates.rows()), median);
    model.median.push_back(median);
    model.mean.push_back(std::accumulate(known.begin(), known.end(), 0.0) /
                         static_cast<double>(known.size()));
    const double sd = std::sqrt(variance_of(known));
    model.sd.push_back(sd > 1e-12 * std::abs(model.mean.back()) ? sd : 0);
  }
}

/// z of each covariate, then the squares, then the indicators.
Eigen::VectorXd terms(const QualityModel& model, std::span<const double> covariates) {
  const auto count = static_cast<Eigen::Index>(model.mean.size());
  Eigen::VectorXd row = Eigen::VectorXd::Zero(3 * count);
  for (Eigen::Index k = 0; k < count; ++k) {
    const bool missing = std::isnan(covariates[k]);
    row[2 * count + k] = missing ? 1 : 0;
    if (model.sd[k] == 0) continue;
    const double x = missing ? model.median[k] : covariates[k];
    const double z = std::clamp((x - model.mean[k]) / model.sd[k], -kMostSds, kMostSds);
    row[k] = z;
    row[count + k] = z * z;
  }
  return row;
}

std::vector<double> row_of(const Eigen::MatrixXd& matrix, Eigen::Index row) {
  std::vector<double> values(static_cast<std::size_t>(matrix.cols()));
  Eigen::RowVectorXd::Map(values.data(), matrix.cols()) = matrix.row(row);
  return values;
}

Eigen::MatrixXd design_of(const QualityModel& model, const Eigen::MatrixXd& covariates, Shape shape) {
  Eigen::MatrixXd design(covariates.rows(), 3 * covariates.cols());
  for (Eigen::Index i = 0; i < covariates.rows(); ++i)
    design.row(i) = terms(model, row_of(covariates, i)).transpose();
  if (shape == Shape::linear) design.middleCols(covariates.cols(), covariates.cols()).setZero();
  return design;
}

QualityModel fit_with(const Training& training, double penalty, Shape shape) {
  QualityModel model;
  standardise(training, model);
  model.penalty = penalty;
  const LogisticFit fit = fit_ridge_logistic(
      design_of(model, training.covariates, shape), training.usable,
      penalty * static_cast<double>(training.usable.size()), equal_weights(training.subject));
  const auto count = static_cast<std::size_t>(training.covariates.cols());
  const double* c = fit.coefficient.data();
  model.linear.assign(c, c + count);
  model.square.assign(c + count, c + 2 * count);
  model.missing.assign(c + 2 * count, c + 3 * count);
  model.intercept = fit.intercept;
  return model;
}

/// Loss of the held-out rows, each subject weighing the same.
double log_loss(const QualityModel& model, const Training& held_out) {
  const std::vector<double> weight = equal_weights(held_out.subject);
  double loss = 0;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const double p =
        usable_probability(model, row_of(held_out.covariates, static_cast<Eigen::Index>(i)));
    const double right = held_out.usable[i] != 0 ? p : 1 - p;
    loss -= weight[i] * std::log(std::max(right, 1e-300));
  }
  return loss;
}

/// Both outcomes in every training part, or the part has no fit.
bool has_both(const Training& training) { return least_subjects_of_outcome(training) > 0; }

double best_penalty(const Training& training, std::uint64_t seed, int folds, Shape shape) {
  const std::vector<Split> splits = subject_splits(training.subject, folds, seed);
  std::vector<std::array<double, kPenalties.size()>> losses(splits.size());
  tbb::parallel_for(std::size_t{0}, splits.size(), [&](std::size_t f) {
    losses[f].fill(0);
    const Training part = training.only(splits[f].training);
    const Training held_out = training.only(splits[f].held_out);
    if (!has_both(part)) return;
    for (std::size_t p = 0; p < kPenalties.size(); ++p)
      losses[f][p] = log_loss(fit_with(part, kPenalties[p], shape), held_out);
  });
  std::array<double, kPenalties.size()> total{};
  for (const auto& of_fold : losses)
    for (std::size_t p = 0; p < total.size(); ++p) total[p] += of_fold[p];
  return kPenalties[std::min_element(total.begin(), total.end()) - total.begin()];
}

Training checked(const Eigen::MatrixXd& covariates, std::span<const int> usable,
                 std::span<const int> subject) {
  ROBENCH_ASSERT(static_cast<std::size_t>(covariates.rows()) == usable.size() &&
                 usable.size() == subject.size());
  return {covariates, {usable.begin(), usable.end()}, {subject.begin(), subject.end()}};
}

}  // namespace

QualityModel fit_quality_model(const Eigen::MatrixXd& covariates, std::span<const int> usable,
                               std::span<const int> subject, std::vector<std::string> names,
                               std::uint64_t seed, int folds, Shape shape) {
  ROBENCH_ASSERT(static_cast<std::size_t>(covariates.cols()) == names.size() && folds >= 2);
  const Training training = checked(covariates, usable, subject);
  QualityModel model;
  const std::size_t rarer = least_subjects_of_outcome(training);
  if (rarer < SubjectBootstrap::kMinSubjects)
    model.refused = fmt::format("{} subjects with the rarer outcome, fewer than {}", rarer,
                                SubjectBootstrap::kMinSubjects);
  else
    model = fit_with(training, best_penalty(training, seed, folds, shape), shape);
  model.names = std::move(names);
  model.rows = std::ssize(usable);
  model.subjects = static_cast<int>(std::set<int>(subject.begin(), subject.end()).size());
  return model;
}

QualityModel fit_quality_model_at(double penalty, const Eigen::MatrixXd& covariates,
                                  std::span<const int> usable, std::span<const int> subject,
                                  Shape shape) {
  const Training training = checked(covariates, usable, subject);
  ROBENCH_ASSERT(has_both(training));
  return fit_with(training, penalty, shape);
}

double usable_log_odds(const QualityModel& model, std::span<const double> covariates) {
  ROBENCH_ASSERT(model.refused.empty() && covariates.size() == model.mean.size());
  const Eigen::VectorXd row = terms(model, covariates);
  const auto count = static_cast<Eigen::Index>(model.mean.size());
  double sum = model.intercept;
  for (Eigen::Index k = 0; k < count; ++k)
    sum += model.linear[k] * row[k] + model.square[k] * row[count + k] +
           model.missing[k] * row[2 * count + k];
  return sum;
}

double usable_probability(const QualityModel& model, std::span<const double> covariates) {
  return logistic(usable_log_odds(model, covariates));
}

}  // namespace robench
