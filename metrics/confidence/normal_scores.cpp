// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/normal_scores.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/normal.hpp>

#include "metrics/subject_bootstrap.h"

namespace robench {
double NormalScores::at(double x) const {
  if (std::isnan(x) || sd == 0) return 0;
  if (x <= value.front()) return score.front() + (x - value.front()) / sd;
  if (x >= value.back()) return score.back() + (x - value.back()) / sd;
  const auto k = std::upper_bound(value.begin(), value.end(), x) - value.begin();
  return score[k - 1] + (score[k] - score[k - 1]) * (x - value[k - 1]) / (value[k] - value[k - 1]);
}

NormalScores normal_scores(std::span<const double> reference) {
  std::vector<double> sorted;
  std::copy_if(reference.begin(), reference.end(), std::back_inserter(sorted),
               [](double x) { return !std::isnan(x); });
  std::sort(sorted.begin(), sorted.end());
  NormalScores scores;
  scores.sd = std::sqrt(variance_of(sorted));
  const auto n = static_cast<double>(sorted.size());
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    while (end < sorted.size() && sorted[end] == sorted[begin]) ++end;
    scores.value.push_back(sorted[begin]);
    // Ranks begin + 1 .. end share their mean; half a rank off each end of the scale.
    scores.score.push_back(
        boost::math::quantile(boost::math::normal(), static_cast<double>(begin + end) / 2 / n));
    begin = end;
  }
  return scores;
}

}  // namespace robench
