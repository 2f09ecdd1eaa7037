// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/auroc.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "metrics/rate.h"
#include "metrics/roc.h"
#include "perturb/error.h"

namespace robench {
namespace {

struct Curve {
  std::vector<ScoredTrial> sorted;
  double auc = 0;
  int subjects = 0;

  explicit Curve(std::span<const LabelledScore> scores) {
    std::set<int> units;
    for (const LabelledScore& s : scores) {
      ROBENCH_ASSERT(!std::isnan(s.score));
      sorted.push_back({s.score, s.positive, s.unit, s.unit});
      units.insert(s.unit);
    }
    sort_by_score(sorted);
    auc = roc_summary(sorted).auc;
    subjects = static_cast<int>(units.size());
  }

  [[nodiscard]] std::vector<double> replicates(const SubjectBootstrap& bootstrap) const {
    std::vector<double> values;
    for (const RocSummary& summary : roc_replicates(sorted, bootstrap)) values.push_back(summary.auc);
    return values;
  }
};

}  // namespace

Measure auroc(std::string name, std::span<const LabelledScore> scores,
              const SubjectBootstrap& bootstrap) {
  const Curve curve(scores);
  const auto positives =
      std::count_if(scores.begin(), scores.end(), [](const LabelledScore& s) { return s.positive; });
  if (std::isnan(curve.auc))
    return refused(
        std::move(name), "share", Better::higher,
        fmt::format("{} positive and {} negative samples", positives, std::ssize(scores) - positives));
  Measure measure{std::move(name),
                  curve.auc,
                  "share",
                  std::ssize(scores),
                  std::nullopt,
                  Better::higher,
                  fmt::format("{} positive of {} samples", positives, scores.size())};
  if (curve.subjects < SubjectBootstrap::kMinSubjects)
    add_note(measure.note, too_few_subjects(curve.subjects));
  else
    measure.ci95 = percentile_interval(curve.replicates(bootstrap));
  return measure;
}

PairedDifference auroc_difference(std::span<const LabelledScore> a, std::span<const LabelledScore> b,
                                  const SubjectBootstrap& bootstrap) {
  ROBENCH_ASSERT(a.size() == b.size());
  const Curve curve_a(a);
  const Curve curve_b(b);
  ROBENCH_ASSERT(!std::isnan(curve_a.auc) && !std::isnan(curve_b.auc));
  if (curve_a.subjects < SubjectBootstrap::kMinSubjects)
    return {curve_a.auc - curve_b.auc, std::nullopt, std::nan(""), too_few_subjects(curve_a.subjects)};
  return paired_difference(curve_a.auc, curve_b.auc, curve_a.replicates(bootstrap),
                           curve_b.replicates(bootstrap));
}

}  // namespace robench
