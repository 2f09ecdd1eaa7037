// SPDX-License-Identifier: Apache-2.0
#include "metrics/yardstick.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <tbb/parallel_for.h>

namespace robench {

Yardstick::Yardstick(const std::vector<Trial>& trials, const std::vector<double>& distances, bool mated,
                     const ResamplingUnits& units, const SubjectBootstrap& bootstrap) {
  for (std::size_t i = 0; i < trials.size(); ++i)
    if (trials[i].mated == mated && !std::isnan(distances[i]))
      sorted_.push_back(
          {distances[i], units.of_sample[trials[i].reference], units.of_sample[trials[i].probe]});
  std::sort(sorted_.begin(), sorted_.end(),
            [](const Distance& a, const Distance& b) { return a.value < b.value; });
  median_ = weighted_median({});
  mean_ = weighted_mean({});
  replicates_.resize(bootstrap.replicates());
  mean_replicates_.resize(bootstrap.replicates());
  tbb::parallel_for(std::size_t{0}, replicates_.size(), [&](std::size_t r) {
    const std::vector<float> weights = bootstrap.of_replicate(static_cast<int>(r));
    replicates_[r] = weighted_median(weights);
    mean_replicates_[r] = weighted_mean(weights);
  });
}

/// Unit weights; empty = all 1.
double Yardstick::weight_of(const Distance& distance, const std::vector<float>& unit_weight) {
  if (unit_weight.empty()) return 1.0;
  const double a = unit_weight[distance.unit_a];
  return distance.unit_a == distance.unit_b ? a : a * unit_weight[distance.unit_b];
}

double Yardstick::weighted_mean(const std::vector<float>& unit_weight) const {
  double sum = 0;
  double total = 0;
  for (const Distance& distance : sorted_) {
    const double weight = weight_of(distance, unit_weight);
    sum += weight * distance.value;
    total += weight;
  }
  return sum / total;
}

/// Mean of both middle values where half of the weight lies on each side.
double Yardstick::weighted_median(const std::vector<float>& unit_weight) const {
  double total = 0;
  for (const Distance& distance : sorted_) total += weight_of(distance, unit_weight);
  if (total == 0) return std::numeric_limits<double>::quiet_NaN();
  double below = 0;
  std::optional<double> lower;
  for (const Distance& distance : sorted_) {
    const double weight = weight_of(distance, unit_weight);
    if (weight == 0) continue;
    if (lower) return (*lower + distance.value) / 2;
    below += weight;
    if (2 * below > total) return distance.value;
    if (2 * below == total) lower = distance.value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace robench
