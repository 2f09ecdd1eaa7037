// SPDX-License-Identifier: Apache-2.0
#include "metrics/roc.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include <tbb/parallel_for.h>

namespace robench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double weight_of(const ScoredTrial& trial, std::span<const float> unit_weight) {
  if (unit_weight.empty()) return 1;
  const double a = unit_weight[trial.unit_a];
  return trial.unit_a == trial.unit_b ? a : a * unit_weight[trial.unit_b];
}

/// Weighted mean and variance, relative to the first value so that equal values give exactly 0.
class Moments {
 public:
  void add(double value, double weight) {
    if (weight_ == 0) origin_ = value;
    const double x = value - origin_;
    weight_ += weight;
    sum_ += weight * x;
    squares_ += weight * x * x;
  }
  [[nodiscard]] double weight() const { return weight_; }
  [[nodiscard]] double mean() const { return origin_ + sum_ / weight_; }
  [[nodiscard]] double variance() const {
    const double mean = sum_ / weight_;
    return std::max(0.0, squares_ / weight_ - mean * mean);
  }

 private:
  double origin_ = 0;
  double weight_ = 0;
  double sum_ = 0;
  double squares_ = 0;
};

/// Error rates when everything below some score is rejected.
struct ErrorRates {
  double fmr = 1;
  double fnmr = 0;
};

/// The FVC2000 midpoint, from the last point with fnmr <= fmr and the first with fnmr >= fmr.
double eer_of(const ErrorRates& before, const ErrorRates& after) {
  if (before.fnmr + before.fmr <= after.fnmr + after.fmr) return (before.fnmr + before.fmr) / 2;
  return (after.fmr + after.fnmr) / 2;
}

}  // namespace

void sort_by_score(std::vector<ScoredTrial>& trials) {
  std::sort(trials.begin(), trials.end(), [](const ScoredTrial& a, const ScoredTrial& b) {
    return std::tie(a.score, a.mated, a.unit_a, a.unit_b) <
           std::tie(b.score, b.mated, b.unit_a, b.unit_b);
  });
}

RocSummary roc_summary(std::span<const ScoredTrial> sorted, std::span<const float> unit_weight) {
  Moments mated;
  Moments non_mated;
  for (const ScoredTrial& trial : sorted)
    if (const double weight = weight_of(trial, unit_weight); weight > 0)
      (trial.mated ? mated : non_mated).add(trial.score, weight);
  if (mated.weight() == 0 || non_mated.weight() == 0) return {kNaN, kNaN, kNaN};

  RocSummary summary;
  double mated_below = 0;
  double non_mated_below = 0;
  double pairs_in_order = 0;
  ErrorRates before;
  bool crossed = false;
  for (std::size_t begin = 0; begin < sorted.size();) {
    double mated_here = 0;
    double non_mated_here = 0;
    std::size_t end = begin;
    for (; end < sorted.size() && sorted[end].score == sorted[begin].score; ++end)
      (sorted[end].mated ? mated_here : non_mated_here) += weight_of(sorted[end], unit_weight);
    begin = end;
    pairs_in_order += mated_here * (non_mated_below + non_mated_here / 2);
    mated_below += mated_here;
    non_mated_below += non_mated_here;
    const ErrorRates now{1 - non_mated_below / non_mated.weight(), mated_below / mated.weight()};
    if (!crossed && now.fnmr >= now.fmr) {
      summary.eer = now.fnmr == now.fmr ? now.fmr : eer_of(before, now);
      crossed = true;
    }
    before = now;
  }
  summary.auc = pairs_in_order / (mated.weight() * non_mated.weight());
  const double spread = std::sqrt((mated.variance() + non_mated.variance()) / 2);
  summary.d_prime = spread > 0 ? std::abs(mated.mean() - non_mated.mean()) / spread : kNaN;
  return summary;
}

RocIntervals roc_intervals(std::span<const ScoredTrial> sorted, const SubjectBootstrap& bootstrap) {
  const std::size_t replicates = bootstrap.replicates();
  std::vector<double> eer(replicates);
  std::vector<double> auc(replicates);
  std::vector<double> d_prime(replicates);
  tbb::parallel_for(std::size_t{0}, replicates, [&](std::size_t r) {
    const RocSummary summary = roc_summary(sorted, bootstrap.of_replicate(static_cast<int>(r)));
    eer[r] = summary.eer;
    auc[r] = summary.auc;
    d_prime[r] = summary.d_prime;
  });
  return {percentile_interval(eer), percentile_interval(auc), percentile_interval(d_prime)};
}

}  // namespace robench
