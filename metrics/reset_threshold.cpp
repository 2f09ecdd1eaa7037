// SPDX-License-Identifier: Apache-2.0
#include "metrics/reset_threshold.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <tbb/parallel_for.h>

#include "perturb/error.h"

namespace robench {
namespace {

constexpr double kBelowAll = std::numeric_limits<double>::infinity();
/// Replicates that one walk down the tail serves; the loops over them become vector instructions.
constexpr int kThresholdLanes = 8;
constexpr std::array<std::uint8_t, kThresholdLanes> kOnes = {1, 1, 1, 1, 1, 1, 1, 1};

/// Of replicates first .. first + 7. `above[i]`: the smallest number above tail[i].
void walk_down(std::span<const TailScore> tail, std::span<const double> above, const double* allowed,
               const SubjectBootstrap& bootstrap, double scale, int first, double* thresholds) {
  constexpr std::size_t kStride = 16;  // between two looks whether all have arrived
  std::array<double, kThresholdLanes> reached{};
  std::array<double, kThresholdLanes> found;
  found.fill(-kBelowAll);
  for (std::size_t i = 0; i < tail.size(); ++i) {
    const std::uint8_t* a = bootstrap.of_unit(tail[i].unit_a).data() + first;
    const bool one_unit = tail[i].unit_a == tail[i].unit_b;
    const std::uint8_t* b = one_unit ? kOnes.data() : bootstrap.of_unit(tail[i].unit_b).data() + first;
    const double drawn = one_unit ? 1 : scale;
    for (int l = 0; l < kThresholdLanes; ++l) {
      reached[l] += (1 - drawn) + drawn * (a[l] * b[l]);
      // The first score that goes beyond what is allowed is the highest of them.
      found[l] = std::max(found[l], reached[l] > allowed[l] ? above[i] : -kBelowAll);
    }
    if (i % kStride == 0 && *std::min_element(found.begin(), found.end()) > -kBelowAll) break;
  }
  for (int l = 0; l < kThresholdLanes; ++l)
    thresholds[l] = found[l] > -kBelowAll ? found[l] : tail.back().score;
}

}  // namespace

std::vector<double> threshold_replicates(std::span<const TailScore> tail,
                                         std::span<const double> weights, double target,
                                         const SubjectBootstrap& bootstrap, double scale) {
  ROBENCH_ASSERT(!tail.empty() && bootstrap.replicates() % kThresholdLanes == 0);
  ROBENCH_ASSERT(std::ssize(weights) == bootstrap.replicates());
  std::vector<double> above(tail.size());
  for (std::size_t i = 0; i < tail.size(); ++i) above[i] = std::nextafter(tail[i].score, kBelowAll);
  std::vector<double> allowed(weights.begin(), weights.end());
  for (double& weight : allowed)
    weight *= target * (1 + 1e-12);  // takes back the rounding of the product
  std::vector<double> thresholds(weights.size());
  tbb::parallel_for(0, bootstrap.replicates() / kThresholdLanes, [&](int block) {
    const int first = block * kThresholdLanes;
    walk_down(tail, above, allowed.data() + first, bootstrap, scale, first, thresholds.data() + first);
  });
  return thresholds;
}

void add_rejected(std::span<const MatedScore> mated, std::span<const double> thresholds,
                  const SubjectBootstrap& bootstrap, std::span<double> rejected) {
  // Almost all scores lie above every threshold or below every one.
  const auto [lowest, highest] = std::minmax_element(thresholds.begin(), thresholds.end());
  for (const MatedScore& comparison : mated) {
    if (comparison.score >= *highest) continue;
    const auto weights = bootstrap.of_unit(comparison.unit);
    if (comparison.score < *lowest) {
      for (std::size_t r = 0; r < weights.size(); ++r) rejected[r] += weights[r];
    } else {
      for (std::size_t r = 0; r < weights.size(); ++r)
        rejected[r] += comparison.score < thresholds[r] ? weights[r] : 0;
    }
  }
}

}  // namespace robench
