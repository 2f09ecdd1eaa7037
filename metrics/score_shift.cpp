// SPDX-License-Identifier: Apache-2.0
#include "metrics/score_shift.h"

#include <cmath>
#include <limits>

#include "metrics/subject_bootstrap.h"
#include "perturb/error.h"

namespace robench {
namespace {

using Sums = ScoreMoments::Sums;

void add_to(Sums& sums, double score) {
  sums.n += 1;
  sums.sum += score;
  sums.squares += score * score;
}

double shift_of(const Sums& a, const Sums& b) {
  const auto scatter = [](const Sums& s) { return s.squares - s.sum * s.sum / s.n; };
  const double variance = (scatter(a) + scatter(b)) / (a.n + b.n - 2);
  if (!(a.n > 0 && b.n > 0 && variance > 0)) return std::numeric_limits<double>::quiet_NaN();
  return (a.sum / a.n - b.sum / b.n) / std::sqrt(variance);
}

/// The jackknife's variance of `shift` over the units of one group.
template <class Shift>
double jackknife_variance(const ScoreMoments& group, const Shift& shift) {
  const std::vector<int> units = group.units();
  std::vector<double> values;
  double mean = 0;
  for (const int unit : units) {
    values.push_back(shift(group.without(unit)));
    mean += values.back() / static_cast<double>(units.size());
  }
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto m = static_cast<double>(units.size());
  return (m - 1) / m * squares;
}

}  // namespace

void ScoreMoments::add(int unit_a, int unit_b, double score) {
  add_to(all_, score);
  add_to(of_unit_[unit_a], score);
  if (unit_b != unit_a) add_to(of_unit_[unit_b], score);
}

std::vector<int> ScoreMoments::units() const {
  std::vector<int> units;
  for (std::size_t unit = 0; unit < of_unit_.size(); ++unit)
    if (of_unit_[unit].n > 0) units.push_back(static_cast<int>(unit));
  return units;
}

Sums ScoreMoments::without(int unit) const {
  const Sums& own = of_unit_[unit];
  return {all_.n - own.n, all_.sum - own.sum, all_.squares - own.squares};
}

ScoreShift score_shift(const ScoreMoments& a, const ScoreMoments& b) {
  ROBENCH_ASSERT(a.n() >= 2 && b.n() >= 2);
  ScoreShift shift;
  shift.n = a.n() + b.n();
  shift.value = shift_of(a.all(), b.all());
  constexpr auto kMin = static_cast<std::size_t>(SubjectBootstrap::kMinSubjects);
  if (std::isnan(shift.value) || a.units().size() < kMin || b.units().size() < kMin) return shift;
  const double variance =
      jackknife_variance(a, [&](const Sums& sums) { return shift_of(sums, b.all()); }) +
      jackknife_variance(b, [&](const Sums& sums) { return shift_of(a.all(), sums); });
  const double half_width = 1.959963984540054 * std::sqrt(variance);
  if (std::isfinite(half_width))
    shift.ci95 = Interval{shift.value - half_width, shift.value + half_width};
  return shift;
}

}  // namespace robench
