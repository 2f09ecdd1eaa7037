// SPDX-License-Identifier: Apache-2.0
#include "metrics/score_group_errors.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

namespace robench {
namespace {

GroupErrors no_errors_yet(const SubjectBootstrap& bootstrap) {
  GroupErrors counts;
  counts.weights.assign(bootstrap.replicates(), 0.0);
  counts.error_weights.assign(bootstrap.replicates(), 0.0);
  return counts;
}

void count_comparison(const ScoredTrial& trial, bool error, GroupErrors& counts) {
  ++counts.n;
  counts.units.insert({trial.unit_a, trial.unit_b});
  if (!error) return;
  ++counts.errors;
  counts.units_with_error.insert({trial.unit_a, trial.unit_b});
}

/// Adds the weight of a non-mated comparison in the replicates that accept it.
void add_accepted(const ScoredTrial& trial, const CommonThreshold& common,
                  const SubjectBootstrap& bootstrap, std::vector<double>& accepted) {
  const auto a = bootstrap.of_unit(trial.unit_a);
  const auto b = bootstrap.of_unit(trial.unit_b);
  const bool one_unit = trial.unit_a == trial.unit_b;
  for (std::size_t r = 0; r < accepted.size(); ++r) {
    if (trial.score < common.replicates[r]) continue;
    accepted[r] += one_unit ? a[r] : (1 - common.scale) + common.scale * (a[r] * b[r]);
  }
}

}  // namespace

CommonThreshold given_threshold(const ScoreThresholds& thresholds, double threshold, int replicates) {
  CommonThreshold common;
  common.note = fmt::format("threshold {:.6g} as given", thresholds.as_given(threshold));
  common.value = threshold;
  const auto tail = thresholds.tail();
  common.scale = thresholds.scale_of_highest(static_cast<std::size_t>(std::count_if(
      tail.begin(), tail.end(), [&](const TailScore& score) { return score.score >= threshold; })));
  common.replicates.assign(replicates, threshold);
  return common;
}

CommonThreshold threshold_of_everybody(const ScoreThresholds& thresholds, double target) {
  CommonThreshold common;
  common.suffix = "@fmr=" + fmr_text(target);
  common.target = target;
  const auto set = thresholds.at(target);
  if (!set) {
    common.reason = "of everybody, " + thresholds.budget_text(target);
    return common;
  }
  common.note = "everybody's " + thresholds.note(target) + "; each resample sets its own";
  common.value = *set;
  common.scale = thresholds.scale(target);
  common.replicates = thresholds.replicates(target);
  return common;
}

std::vector<double> GroupErrors::replicates() const {
  std::vector<double> rates(weights.size());
  std::transform(error_weights.begin(), error_weights.end(), weights.begin(), rates.begin(),
                 std::divides<>());
  return rates;
}

GroupErrors group_non_matches(std::span<const ScoredTrial> trials, const CommonThreshold& common,
                              const SubjectBootstrap& bootstrap) {
  GroupErrors counts = no_errors_yet(bootstrap);
  std::vector<MatedScore> mated;
  for (const ScoredTrial& trial : trials) {
    if (!trial.mated) continue;
    mated.push_back({trial.score, trial.unit_a});
    count_comparison(trial, trial.score < common.value, counts);
    bootstrap.add(trial.unit_a, 1, counts.weights);
  }
  if (!mated.empty()) add_rejected(mated, common.replicates, bootstrap, counts.error_weights);
  return counts;
}

GroupErrors group_matches(std::span<const ScoredTrial> trials, const CommonThreshold& common,
                          const SubjectBootstrap& bootstrap) {
  GroupErrors counts = no_errors_yet(bootstrap);
  const double lowest = *std::min_element(common.replicates.begin(), common.replicates.end());
  ComparisonSet all;
  for (const ScoredTrial& trial : trials) {
    if (trial.mated) continue;
    all.add(trial.unit_a, trial.unit_b);
    count_comparison(trial, trial.score >= common.value, counts);
    if (trial.score >= lowest) add_accepted(trial, common, bootstrap, counts.error_weights);
  }
  // Without subjects a comparison has one unit and its full weight; the scale is then 1.
  counts.weights = all.weights(bootstrap);
  for (double& weight : counts.weights)
    weight = (1 - common.scale) * static_cast<double>(counts.n) + common.scale * weight;
  return counts;
}

}  // namespace robench
