// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/discard_curve.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "metrics/rate.h"
#include "perturb/error.h"

namespace robench {
namespace {

constexpr double kNoArea = std::numeric_limits<double>::quiet_NaN();

/// The order of discarding: not assessed first, then from the lowest quality.
double rank_of(double quality) {
  return std::isnan(quality) ? -std::numeric_limits<double>::infinity() : quality;
}

std::vector<DiscardTrial> in_order(std::span<const DiscardTrial> trials) {
  std::vector<DiscardTrial> sorted(trials.begin(), trials.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const DiscardTrial& a, const DiscardTrial& b) {
    return rank_of(a.quality) < rank_of(b.quality);
  });
  return sorted;
}

/// The curve with a weight for each trial; whole numbers, so that sums are exact.
template <class Weight>
DiscardCurve weighted_curve(std::span<const DiscardTrial> sorted, const Weight& weight) {
  double total = 0;
  double errors = 0;
  for (const DiscardTrial& trial : sorted) {
    const double w = weight(trial);
    total += w;
    errors += trial.error ? w : 0;
  }
  DiscardCurve curve;
  double left = total;
  for (std::size_t i = 0; i < sorted.size() && left > 0;) {
    curve.discarded.push_back((total - left) / total);
    curve.error.push_back(errors / left);
    const double quality = rank_of(sorted[i].quality);
    for (; i < sorted.size() && rank_of(sorted[i].quality) == quality; ++i) {
      const double w = weight(sorted[i]);
      left -= w;
      errors -= sorted[i].error ? w : 0;
    }
  }
  return curve;
}

/// Error rate, area and ratio in one replicate.
struct Worth {
  double start = kNoArea;
  double area = kNoArea;
  double ratio = kNoArea;
  double gained = kNoArea;
};

Worth worth_of(const DiscardCurve& curve, double limit) {
  Worth worth;
  if (curve.error.empty()) return worth;
  worth.start = curve.error.front();
  worth.area = partial_area(curve, limit);
  const double random = worth.start * limit;
  if (random > 0) worth.ratio = worth.area / random;
  const double oracle = oracle_area(worth.start, limit);
  if (random > oracle) worth.gained = (random - worth.area) / (random - oracle);
  return worth;
}

std::vector<Worth> replicates_of(std::span<const DiscardTrial> sorted, const SubjectBootstrap& bootstrap,
                                 double limit) {
  std::vector<Worth> replicates(bootstrap.replicates());
  tbb::parallel_for(0, bootstrap.replicates(), [&](int r) {
    const std::vector<float> of_unit = bootstrap.of_replicate(r);
    replicates[r] =
        worth_of(weighted_curve(sorted,
                                [&](const DiscardTrial& trial) {
                                  const double w = of_unit[trial.unit_a];
                                  return trial.unit_a == trial.unit_b ? w : w * of_unit[trial.unit_b];
                                }),
                 limit);
  });
  return replicates;
}

std::vector<double> member_of(std::span<const Worth> replicates, double Worth::*member) {
  std::vector<double> values;
  for (const Worth& worth : replicates) values.push_back(worth.*member);
  return values;
}

Evidence evidence_of(std::span<const DiscardTrial> trials) {
  std::set<int> units;
  std::set<int> erring;
  bool of_pairs = false;
  for (const DiscardTrial& trial : trials) {
    units.insert({trial.unit_a, trial.unit_b});
    if (trial.error) erring.insert({trial.unit_a, trial.unit_b});
    of_pairs = of_pairs || trial.unit_a != trial.unit_b;
  }
  const auto subjects = static_cast<int>(units.size());
  return {std::ssize(trials), subjects, of_pairs ? subjects / 2 : subjects, std::ssize(erring)};
}

}  // namespace

double pair_quality(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? kNoArea : std::min(a, b);
}

double DiscardCurve::at(double share) const {
  const auto above = std::upper_bound(discarded.begin(), discarded.end(), share);
  return above == discarded.begin() ? kNoArea : error[above - discarded.begin() - 1];
}

DiscardCurve discard_curve(std::span<const DiscardTrial> trials) {
  ROBENCH_ASSERT(!trials.empty());
  return weighted_curve(in_order(trials), [](const DiscardTrial&) { return 1.0; });
}

double partial_area(const DiscardCurve& curve, double limit) {
  ROBENCH_ASSERT(limit > 0 && limit < 1);
  double area = 0;
  for (std::size_t k = 0; k < curve.discarded.size() && curve.discarded[k] < limit; ++k) {
    const double end = k + 1 < curve.discarded.size() ? std::min(curve.discarded[k + 1], limit) : limit;
    area += curve.error[k] * (end - curve.discarded[k]);
  }
  return area;
}

double oracle_area(double error_rate, double limit) {
  const double end = std::min(error_rate, limit);
  // The integral of (e - d) / (1 - d) = 1 - (1 - e) / (1 - d).
  return end + (1 - error_rate) * std::log1p(-end);
}

DiscardSummary discard_summary(std::span<const DiscardTrial> trials, const SubjectBootstrap& bootstrap,
                               const std::string& form, double limit) {
  const std::string at = fmt::format("@{:g}", limit);
  DiscardSummary summary;
  const auto refuse = [&](const std::string& reason) {
    summary.start = refused(form + "_before_discard", "share", Better::lower, reason);
    summary.area = refused(form + "_discard_area" + at, "share", Better::lower, reason);
    summary.ratio = refused(form + "_discard_ratio" + at, "1", Better::lower, reason);
    summary.gained = refused(form + "_discard_gain" + at, "share", Better::higher, reason);
    return summary;
  };
  if (trials.empty()) return refuse("no judged comparison");
  const std::vector<DiscardTrial> sorted = in_order(trials);
  summary.curve = discard_curve(trials);
  const Worth worth = worth_of(summary.curve, limit);
  if (worth.start == 0) return refuse("no error to discard");
  const std::vector<Worth> replicates = replicates_of(sorted, bootstrap, limit);
  const Evidence evidence = evidence_of(trials);
  const auto start = member_of(replicates, &Worth::start);
  summary.start = rate_measure(form + "_before_discard", Better::lower, worth.start, evidence, start,
                               variance_of(start), "");
  const auto measure = [&](const std::string& name, const std::string& unit, Better better,
                           double Worth::*member) {
    Measure result{form + name + at,
                   worth.*member,
                   unit,
                   evidence.n,
                   std::nullopt,
                   better,
                   fmt::format("error rate {:.3g} before; random discard has an area of {:.3g}",
                               worth.start, worth.start * limit)};
    if (evidence.subjects < SubjectBootstrap::kMinSubjects)
      add_note(result.note, too_few_subjects(evidence.subjects));
    else
      result.ci95 = percentile_interval(member_of(replicates, member));
    return result;
  };
  summary.area = measure("_discard_area", "share", Better::lower, &Worth::area);
  summary.ratio = measure("_discard_ratio", "1", Better::lower, &Worth::ratio);
  summary.gained = measure("_discard_gain", "share", Better::higher, &Worth::gained);
  return summary;
}

PairedDifference discard_difference(std::span<const DiscardTrial> a, std::span<const DiscardTrial> b,
                                    const SubjectBootstrap& bootstrap, double limit) {
  ROBENCH_ASSERT(a.size() == b.size() && !a.empty());
  const std::vector<DiscardTrial> sorted_a = in_order(a);
  const std::vector<DiscardTrial> sorted_b = in_order(b);
  const int subjects = evidence_of(a).subjects;
  if (subjects < SubjectBootstrap::kMinSubjects)
    return {worth_of(discard_curve(a), limit).ratio - worth_of(discard_curve(b), limit).ratio,
            std::nullopt, kNoArea, too_few_subjects(subjects)};
  return paired_difference(worth_of(discard_curve(a), limit).ratio,
                           worth_of(discard_curve(b), limit).ratio,
                           member_of(replicates_of(sorted_a, bootstrap, limit), &Worth::ratio),
                           member_of(replicates_of(sorted_b, bootstrap, limit), &Worth::ratio));
}

}  // namespace robench
