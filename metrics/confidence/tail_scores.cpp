// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/tail_scores.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "metrics/subject_bootstrap.h"

namespace robench {
namespace {

constexpr double kTailShare = 0.1;

double mean_of_positive(const std::vector<double>& values) {
  double sum = 0;
  int count = 0;
  for (const double x : values) {
    if (!(x > 0)) continue;
    sum += x;
    ++count;
  }
  return count == 0 ? 0 : sum / count;
}

}  // namespace

double TailScores::log_p(double x) const {
  const double log_both = std::log(2 * kTailShare);
  if (high_excess > 0 && x > high) return log_both - (x - high) / high_excess;
  if (low_excess > 0 && x < low) return log_both - (low - x) / low_excess;
  return 0;
}

TailScores tail_scores(std::span<const double> reference) {
  std::vector<double> known;
  std::copy_if(reference.begin(), reference.end(), std::back_inserter(known),
               [](double x) { return !std::isnan(x); });
  TailScores tails;
  if (known.empty()) return tails;
  tails.low = quantile(known, kTailShare);
  tails.high = quantile(known, 1 - kTailShare);
  std::vector<double> below;
  std::vector<double> above;
  for (const double x : known) {
    below.push_back(tails.low - x);
    above.push_back(x - tails.high);
  }
  tails.low_excess = mean_of_positive(below);
  tails.high_excess = mean_of_positive(above);
  return tails;
}

}  // namespace robench
