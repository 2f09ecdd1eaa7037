// SPDX-License-Identifier: Apache-2.0
#include "metrics/roc_curve.h"

#include <algorithm>
#include <limits>

#include <tbb/parallel_for.h>

#include "perturb/error.h"

namespace robench {
namespace {

constexpr double kNoCurveValue = std::numeric_limits<double>::quiet_NaN();

double weight_of(const ScoredTrial& trial, std::span<const float> weight_of_unit, double scale) {
  if (weight_of_unit.empty()) return 1;
  const double a = weight_of_unit[trial.unit_a];
  if (trial.unit_a == trial.unit_b) return a;
  const double drawn = trial.mated ? 1 : scale;
  return (1 - drawn) + drawn * a * weight_of_unit[trial.unit_b];
}

/// Accepted weight at a threshold.
struct Accepted {
  double threshold = 0;
  double mated = 0;
  double non_mated = 0;
};

/// b lies on the straight line from a to c, along an axis: all that equal weights make.
bool on_the_way(const Accepted& a, const Accepted& b, const Accepted& c) {
  return (a.mated == b.mated && b.mated == c.mated) ||
         (a.non_mated == b.non_mated && b.non_mated == c.non_mated);
}

}  // namespace

std::vector<RocPoint> roc_points(std::span<const ScoredTrial> sorted,
                                 std::span<const float> weight_of_unit, double scale) {
  std::vector<Accepted> corners = {{std::numeric_limits<double>::infinity(), 0, 0}};
  Accepted now = corners.front();
  for (std::size_t end = sorted.size(); end > 0;) {
    now.threshold = sorted[end - 1].score;
    for (; end > 0 && sorted[end - 1].score == now.threshold; --end) {
      const double weight = weight_of(sorted[end - 1], weight_of_unit, scale);
      (sorted[end - 1].mated ? now.mated : now.non_mated) += weight;
    }
    if (now.mated == corners.back().mated && now.non_mated == corners.back().non_mated) continue;
    if (corners.size() > 1 && on_the_way(corners[corners.size() - 2], corners.back(), now))
      corners.pop_back();
    corners.push_back(now);
  }
  if (now.mated == 0 || now.non_mated == 0) return {};
  std::vector<RocPoint> points;
  points.reserve(corners.size());
  for (const Accepted& at : corners)
    points.push_back({at.threshold, at.non_mated / now.non_mated, 1 - at.mated / now.mated});
  return points;
}

double eer_of_convex_hull(std::span<const RocPoint> points) {
  if (points.empty()) return kNoCurveValue;
  std::vector<RocPoint> hull;
  const auto turns_down = [](const RocPoint& a, const RocPoint& b, const RocPoint& c) {
    return (b.fmr - a.fmr) * (c.fnmr - a.fnmr) - (b.fnmr - a.fnmr) * (c.fmr - a.fmr) <= 0;
  };
  for (const RocPoint& point : points) {
    while (hull.size() >= 2 && turns_down(hull[hull.size() - 2], hull.back(), point)) hull.pop_back();
    hull.push_back(point);
  }
  const auto after = std::find_if(hull.begin() + 1, hull.end(),
                                  [](const RocPoint& point) { return point.fmr >= point.fnmr; });
  ROBENCH_ASSERT(after != hull.end());  // the last point is (1, 0)
  const RocPoint& before = *(after - 1);
  const double gap_before = before.fnmr - before.fmr;
  const double gap_after = after->fmr - after->fnmr;
  return before.fmr + gap_before / (gap_before + gap_after) * (after->fmr - before.fmr);
}

double partial_auc(std::span<const RocPoint> points, double max_fmr) {
  ROBENCH_ASSERT(max_fmr > 0 && max_fmr <= 1);
  if (points.empty()) return kNoCurveValue;
  double area = 0;
  for (std::size_t i = 1; i < points.size() && points[i - 1].fmr < max_fmr; ++i) {
    const RocPoint& a = points[i - 1];
    const RocPoint& b = points[i];
    const double end = std::min(b.fmr, max_fmr);
    if (end == a.fmr) continue;
    const double fnmr_at_end = a.fnmr + (end - a.fmr) / (b.fmr - a.fmr) * (b.fnmr - a.fnmr);
    area += (end - a.fmr) * (1 - (a.fnmr + fnmr_at_end) / 2);
  }
  const double chance = max_fmr * max_fmr / 2;
  return 0.5 * (1 + (area - chance) / (max_fmr - chance));
}

CurveReplicates curve_replicates(std::span<const ScoredTrial> sorted, double max_fmr,
                                 const SubjectBootstrap& bootstrap, double scale) {
  CurveReplicates replicates;
  replicates.eer_of_convex_hull.resize(bootstrap.replicates());
  replicates.partial_auc.resize(bootstrap.replicates());
  tbb::parallel_for(0, bootstrap.replicates(), [&](int r) {
    const auto points = roc_points(sorted, bootstrap.of_replicate(r), scale);
    replicates.eer_of_convex_hull[r] = eer_of_convex_hull(points);
    replicates.partial_auc[r] = partial_auc(points, max_fmr);
  });
  return replicates;
}

}  // namespace robench
