// SPDX-License-Identifier: Apache-2.0
#include "metrics/roc_measures.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "metrics/rate.h"
#include "metrics/roc_curve.h"
#include "perturb/error.h"

namespace robench {
namespace {

const std::string kPartialAuc = "partial_auc@fmr=1e-2";

Evidence evidence_of(const std::vector<ScoredTrial>& trials) {
  std::set<int> mated;
  std::set<int> non_mated;
  for (const ScoredTrial& trial : trials)
    (trial.mated ? mated : non_mated).insert({trial.unit_a, trial.unit_b});
  Evidence evidence;
  evidence.n = std::ssize(trials);
  evidence.subjects = static_cast<int>(std::min(mated.size(), non_mated.size()));
  evidence.independent = static_cast<int>(std::min(mated.size(), non_mated.size() / 2));
  return evidence;
}

/// An area or a separation: no share of comparisons, so nothing stands in where resampling fails.
Measure plain(std::string name, std::string unit, double value, const Evidence& evidence,
              const std::optional<Interval>& interval, std::string note) {
  Measure measure{std::move(name), value,          std::move(unit), evidence.n,
                  interval,        Better::higher, std::move(note)};
  if (evidence.subjects < SubjectBootstrap::kMinSubjects) {
    measure.ci95 = std::nullopt;
    add_note(measure.note, too_few_subjects(evidence.subjects));
  }
  return measure;
}

/// An area of 0 or 1 stays what it is in every resample.
void no_interval_without_overlap(Measure& area) {
  if (!area.ci95 || (area.value != 0 && area.value != 1)) return;
  area.ci95 = std::nullopt;
  add_note(area.note, "no interval: mated and non-mated scores do not overlap");
}

std::string with(std::string note, const std::string& excluded) {
  add_note(note, excluded);
  return note;
}

Measure partial_area(const std::vector<ScoredTrial>& sorted, double value, const Evidence& evidence,
                     const std::optional<Interval>& interval, const std::string& excluded) {
  const auto non_mated =
      std::count_if(sorted.begin(), sorted.end(), [](const auto& t) { return !t.mated; });
  const double budget = kPartialAucFmr * static_cast<double>(non_mated);
  if (budget < 1)
    return refused(
        kPartialAuc, "1", Better::higher,
        fmt::format("{} non-mated trials say nothing of FMR below {}", non_mated, kPartialAucFmr));
  std::string note = fmt::format(
      "area for FMR in [0, {}], 0.5 = chance (McClish 1989), from {:.4g} false "
      "matches",
      kPartialAucFmr, budget);
  Measure area = plain(kPartialAuc, "1", value, evidence, interval, with(std::move(note), excluded));
  no_interval_without_overlap(area);
  return area;
}

}  // namespace

std::vector<Measure> roc_measures(std::vector<ScoredTrial> trials, const SubjectBootstrap& bootstrap,
                                  const std::string& excluded) {
  const Evidence evidence = evidence_of(trials);
  ROBENCH_ASSERT(evidence.subjects > 0);
  sort_by_score(trials);
  const RocSummary summary = roc_summary(trials);
  const std::vector<RocPoint> points = roc_points(trials);
  const bool enough = evidence.subjects >= SubjectBootstrap::kMinSubjects;
  const double scale = enough ? non_mated_scale(trials, bootstrap.units()) : 1;
  const RocIntervals intervals = enough ? roc_intervals(trials, bootstrap, scale) : RocIntervals{};
  const CurveReplicates curve =
      enough ? curve_replicates(trials, kPartialAucFmr, bootstrap, scale) : CurveReplicates{};

  std::vector<Measure> measures;
  measures.push_back(rate_measure(
      "eer", Better::lower, summary.eer, evidence, [&] { return intervals.eer; },
      with("midpoint of the FVC2000 interval, mated and non-mated trials", excluded)));
  measures.push_back(rate_measure(
      "eer_rocch", Better::lower, eer_of_convex_hull(points), evidence,
      [&] { return percentile_interval(curve.eer_of_convex_hull); },
      with("on the convex hull of the ROC curve, mated and non-mated trials", excluded)));
  measures.push_back(plain("auc", "share", summary.auc, evidence, intervals.auc, excluded));
  no_interval_without_overlap(measures.back());
  measures.push_back(partial_area(trials, partial_auc(points, kPartialAucFmr), evidence,
                                  percentile_interval(curve.partial_auc), excluded));
  measures.push_back(
      std::isnan(summary.d_prime)
          ? refused("d_prime", "1", Better::higher,
                    "all mated scores are equal, and so are all non-mated")
          : plain("d_prime", "1", summary.d_prime, evidence, intervals.d_prime, excluded));
  return measures;
}

std::vector<Measure> refused_roc_measures(const std::string& reason) {
  return {refused("eer", "share", Better::lower, reason),
          refused("eer_rocch", "share", Better::lower, reason),
          refused("auc", "share", Better::higher, reason),
          refused(kPartialAuc, "1", Better::higher, reason),
          refused("d_prime", "1", Better::higher, reason)};
}

}  // namespace robench
