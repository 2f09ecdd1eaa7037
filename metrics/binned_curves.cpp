// SPDX-License-Identifier: Apache-2.0
#include "metrics/binned_curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "metrics/roc_curve.h"

namespace robench {
namespace {

constexpr int kStepsOfDecade = 6;
constexpr int kDecades = 4;
constexpr double kScoreStep = 0.01;  // ends of the axis of scores are multiples of it
// For every model alike, in bins of 4 degrees; the last one holds what is beyond, which is rare.
const Histogram kDrift{0, 120, {}};

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void take(const std::vector<float>& values) {
    for (const float value : values) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, static_cast<double>(value));
      high = std::max(high, static_cast<double>(value));
    }
  }
  [[nodiscard]] Histogram bins() const {
    if (low > high) return {};
    Histogram empty{
        std::floor(low / kScoreStep) * kScoreStep, std::ceil(high / kScoreStep) * kScoreStep, {}};
    if (empty.high <= empty.low) empty.high = empty.low + kScoreStep;
    return empty;
  }
};

void count(Histogram& histogram, std::size_t bins, double value) {
  if (!std::isfinite(value)) return;
  if (histogram.counts.empty()) histogram.counts.assign(bins, 0);
  const double place = (value - histogram.low) / (histogram.high - histogram.low);
  const auto bin =
      static_cast<std::size_t>(std::max(0.0, std::floor(place * static_cast<double>(bins))));
  ++histogram.counts[std::min(bin, bins - 1)];
}

std::vector<ScoredTrial> scored(const RunOutcomes& run, const ConditionOutcomes& condition) {
  std::vector<ScoredTrial> trials;
  for (std::size_t i = 0; i < condition.scores.size(); ++i)
    if (std::isfinite(condition.scores[i]))
      trials.push_back({condition.scores[i], run.trials[i % run.trials.size()].mated, 0, 0});
  sort_by_score(trials);
  return trials;
}

double rounded(double rate) { return std::round(rate * 1e6) / 1e6; }

void thin(const std::vector<RocPoint>& points, BinnedCurves& curves) {
  if (points.empty()) return;
  std::set<std::size_t> kept;
  for (int k = 0; k <= kStepsOfDecade * kDecades; ++k) {
    const double rate = std::pow(10.0, -static_cast<double>(k) / kStepsOfDecade) * (1 + 1e-9);
    // Along the points FMR rises and FNMR falls.
    const auto last = std::partition_point(points.begin(), points.end(),
                                           [&](const RocPoint& p) { return p.fmr <= rate; });
    const auto first = std::partition_point(points.begin(), points.end(),
                                            [&](const RocPoint& p) { return p.fnmr > rate; });
    if (last != points.begin()) kept.insert(static_cast<std::size_t>(last - points.begin()) - 1);
    if (first != points.end()) kept.insert(static_cast<std::size_t>(first - points.begin()));
  }
  for (const std::size_t i : kept) {
    curves.fmr.push_back(rounded(points[i].fmr));
    curves.fnmr.push_back(rounded(points[i].fnmr));
  }
}

BinnedCurves curves_of(const RunOutcomes& run, const ConditionOutcomes& condition,
                       const Histogram& scores) {
  BinnedCurves curves{scores, scores, kDrift, {}, {}};
  for (std::size_t i = 0; i < condition.scores.size(); ++i)
    count(run.trials[i % run.trials.size()].mated ? curves.mated : curves.non_mated,
          BinnedCurves::kScoreBins, condition.scores[i]);
  if (!condition.clean)
    for (const float angle : condition.drift_deg)
      count(curves.drift_deg, BinnedCurves::kDriftBins, angle);
  thin(roc_points(scored(run, condition)), curves);
  return curves;
}

}  // namespace

std::vector<BinnedCurves> binned_curves(const RunOutcomes& run, const ModelOutcomes& model) {
  Range scores;
  for (const ConditionOutcomes& condition : model.conditions) scores.take(condition.scores);
  std::vector<BinnedCurves> all;
  for (const ConditionOutcomes& condition : model.conditions)
    all.push_back(curves_of(run, condition, scores.bins()));
  return all;
}

}  // namespace robench
