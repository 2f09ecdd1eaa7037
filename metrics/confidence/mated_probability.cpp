// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/mated_probability.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "metrics/confidence/isotonic.h"
#include "metrics/confidence/ridge_logistic.h"
#include "metrics/subject_bootstrap.h"
#include "perturb/error.h"

namespace robench {
namespace {

/// Of the slope on standardised scores: a prior of mean 0 and SD 10, felt only where scores separate.
constexpr double kWeakPenalty = 0.01;
constexpr int kLogisticKnots = 33;

struct Counts {
  std::vector<double> mated_of_unit;  // trials
  double mated = 0;
  double non_mated = 0;
  int subjects = 0;            // with mated trials
  int non_mated_subjects = 0;  // with non-mated trials
};

Counts count(std::span<const ScoredTrial> trials, int units) {
  Counts counts;
  counts.mated_of_unit.assign(units, 0);
  std::set<int> strangers;
  for (const ScoredTrial& trial : trials) {
    if (trial.mated) {
      ++counts.mated_of_unit[trial.unit_a];
      ++counts.mated;
      continue;
    }
    ++counts.non_mated;
    strangers.insert({trial.unit_a, trial.unit_b});
  }
  counts.subjects =
      static_cast<int>(units - std::count(counts.mated_of_unit.begin(), counts.mated_of_unit.end(), 0));
  counts.non_mated_subjects = static_cast<int>(strangers.size());
  return counts;
}

/// Of each trial, both kinds summing to half the number of trials. `of_unit`: drawings of each unit;
/// empty for once each. Empty where a kind was not drawn.
std::vector<double> trial_weights(std::span<const ScoredTrial> trials, const Counts& counts,
                                  std::span<const float> of_unit) {
  std::vector<double> weight(trials.size(), 1);
  std::array<double, 2> total{};
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const ScoredTrial& trial = trials[i];
    if (!of_unit.empty()) weight[i] = of_unit[trial.unit_a];
    if (!of_unit.empty() && trial.unit_a != trial.unit_b) weight[i] *= of_unit[trial.unit_b];
    if (trial.mated) weight[i] /= counts.mated_of_unit[trial.unit_a];
    total[trial.mated ? 1 : 0] += weight[i];
  }
  if (total[0] == 0 || total[1] == 0) return {};
  for (std::size_t i = 0; i < trials.size(); ++i)
    weight[i] *= static_cast<double>(trials.size()) / 2 / total[trials[i].mated ? 1 : 0];
  return weight;
}

class Fitter {
 public:
  Fitter(std::span<const ScoredTrial> trials, int units, CalibrationCurve curve)
      : trials_(trials), counts_(count(trials, units)), curve_(curve) {
    for (const ScoredTrial& trial : trials) {
      score_.push_back(trial.score);
      mated_.push_back(trial.mated ? 1 : 0);
      target_.push_back(trial.mated ? 1 : 0);
    }
    if (score_.empty()) return;
    low_ = *std::min_element(score_.begin(), score_.end());
    high_ = *std::max_element(score_.begin(), score_.end());
  }

  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] double low() const { return low_; }
  [[nodiscard]] double high() const { return high_; }

  /// Log odds at each knot; without `knots`, the curve's own are taken and put there. Empty where a kind
  /// of trial was not drawn.
  [[nodiscard]] std::vector<double> fit(std::span<const float> of_unit,
                                        std::vector<double>& knots) const {
    const std::vector<double> weight = trial_weights(trials_, counts_, of_unit);
    if (weight.empty()) return {};
    return curve_ == CalibrationCurve::logistic ? straight(weight, knots) : rising(weight, knots);
  }

 private:
  std::vector<double> straight(const std::vector<double>& weight, std::vector<double>& knots) const {
    const double scale = high_ > low_ ? (high_ - low_) / 6 : 1;  // about an SD
    const double middle = (low_ + high_) / 2;
    Eigen::MatrixXd x(static_cast<Eigen::Index>(score_.size()), 1);
    for (std::size_t i = 0; i < score_.size(); ++i)
      x(static_cast<Eigen::Index>(i), 0) = (score_[i] - middle) / scale;
    const LogisticFit line = fit_ridge_logistic(x, mated_, kWeakPenalty, weight);
    if (knots.empty())
      for (int k = 0; k < kLogisticKnots; ++k)
        knots.push_back(low_ + (high_ - low_) * k / (kLogisticKnots - 1));
    std::vector<double> log_odds;
    const double slope = std::max(0.0, line.coefficient[0]);
    for (const double knot : knots) log_odds.push_back(line.intercept + slope * (knot - middle) / scale);
    return log_odds;
  }

  std::vector<double> rising(const std::vector<double>& weight, std::vector<double>& knots) const {
    const MonotoneCurve curve = isotonic_regression(score_, target_, weight);
    if (knots.empty()) knots = curve.x;
    const double most = std::log(std::max(1.0, counts_.non_mated_subjects / 3.0));
    const double least = -std::log(std::max(1.0, counts_.subjects / 3.0));
    std::vector<double> log_odds;
    for (const double knot : knots)
      log_odds.push_back(std::clamp(log_odds_of(curve.at(knot)), least, most));
    return log_odds;
  }

  std::span<const ScoredTrial> trials_;
  Counts counts_;
  CalibrationCurve curve_;
  std::vector<double> score_;
  std::vector<int> mated_;
  std::vector<double> target_;
  double low_ = 0;
  double high_ = 0;
};

void add_interval(const Fitter& fitter, int units, std::uint64_t seed, int replicates,
                  MatedProbability& model) {
  const SubjectBootstrap bootstrap(units, seed, replicates);
  std::vector<std::vector<double>> drawn(replicates);
  tbb::parallel_for(0, replicates, [&](int r) {
    std::vector<double> knots = model.score;
    drawn[r] = fitter.fit(bootstrap.of_replicate(r), knots);
  });
  for (std::size_t k = 0; k < model.score.size(); ++k) {
    std::vector<double> values;
    for (const auto& replicate : drawn)
      if (!replicate.empty()) values.push_back(replicate[k]);
    const auto interval = percentile_interval(values);
    if (!interval) return;
    model.log_odds_low.push_back(interval->low);
    model.log_odds_high.push_back(interval->high);
  }
}

/// Between knots linear; outside constant, or straight on.
double interpolated(const MatedProbability& model, const std::vector<double>& y, double score) {
  const std::vector<double>& x = model.score;
  const bool outside = score < x.front() || score > x.back();
  if (x.size() == 1 || (outside && model.curve == CalibrationCurve::isotonic))
    return score < x.front() ? y.front() : y.back();
  const auto above = std::upper_bound(x.begin(), x.end(), score) - x.begin();
  const auto k = std::clamp<std::ptrdiff_t>(above, 1, std::ssize(x) - 1);
  return y[k - 1] + (y[k] - y[k - 1]) * (score - x[k - 1]) / (x[k] - x[k - 1]);
}

}  // namespace

MatedProbability fit_mated_probability(std::span<const ScoredTrial> trials, int units,
                                       CalibrationCurve curve, std::uint64_t seed, int replicates) {
  const Fitter fitter(trials, units, curve);
  const Counts& counts = fitter.counts();
  MatedProbability model;
  model.curve = curve;
  model.mated = static_cast<std::int64_t>(counts.mated);
  model.non_mated = static_cast<std::int64_t>(counts.non_mated);
  model.subjects = counts.subjects;
  if (counts.subjects < SubjectBootstrap::kMinSubjects)
    model.refused = fmt::format("{} subjects with mated trials, fewer than {}", counts.subjects,
                                SubjectBootstrap::kMinSubjects);
  else if (counts.non_mated == 0)
    model.refused = "no non-mated trials";
  else if (fitter.low() == fitter.high())
    model.refused = "all scores are equal";
  if (!model.refused.empty()) return model;
  model.log_odds = fitter.fit({}, model.score);
  add_interval(fitter, units, seed, replicates, model);
  return model;
}

ProbabilityWithInterval mated_probability(const MatedProbability& model, double score, double prior) {
  ROBENCH_ASSERT(model.refused.empty() && !model.score.empty() && prior > 0 && prior < 1);
  if (std::isnan(score)) return {score, std::nullopt};
  const double shift = log_odds_of(prior);
  ProbabilityWithInterval result{logistic(shift + interpolated(model, model.log_odds, score)), {}};
  if (!model.log_odds_low.empty())
    result.ci95 = Interval{logistic(shift + interpolated(model, model.log_odds_low, score)),
                           logistic(shift + interpolated(model, model.log_odds_high, score))};
  return result;
}

}  // namespace robench
