// SPDX-License-Identifier: Apache-2.0
#include "metrics/roc.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>

#include <tbb/parallel_for.h>

#include "metrics/wilson.h"
#include "perturb/error.h"

namespace robench {
namespace {

constexpr double kNoRate = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Replicates that one sweep over the trials serves; the loops over them become vector instructions.
constexpr int kLanes = 8;
using Lanes = std::array<double, kLanes>;

/// Weighted sums of scores, relative to the first one so that equal scores have a variance of 0.
struct ScoreMoments {
  double origin = kNoRate;
  Lanes weight{};
  Lanes sum{};
  Lanes squares{};

  void add(double score, const Lanes& weights) {
    if (std::isnan(origin)) origin = score;
    const double x = score - origin;
    for (int l = 0; l < kLanes; ++l) {
      weight[l] += weights[l];
      sum[l] += weights[l] * x;
      squares[l] += weights[l] * x * x;
    }
  }
  [[nodiscard]] double mean(int lane) const { return origin + sum[lane] / weight[lane]; }
  [[nodiscard]] double variance(int lane) const {
    const double mean = sum[lane] / weight[lane];
    return std::max(0.0, squares[lane] / weight[lane] - mean * mean);
  }
};

double d_prime_of(const ScoreMoments& mated, const ScoreMoments& non_mated, int lane) {
  const double spread = std::sqrt((mated.variance(lane) + non_mated.variance(lane)) / 2);
  return spread > 0 ? (mated.mean(lane) - non_mated.mean(lane)) / spread : kNoRate;
}

/// Weight of the mated and of the non-mated trials below a threshold.
struct Below {
  Lanes mated{};
  Lanes non_mated{};
};

/// The last thresholds with FNMR < FMR and the first with FNMR >= FMR.
struct Crossing {
  Below before;
  Below after;

  Crossing() {
    after.mated.fill(kInfinity);
    after.non_mated.fill(kInfinity);
  }
  /// FNMR >= FMR, without a division: below.mated / mated >= 1 - below.non_mated / non_mated.
  void pass(const Below& below, const Lanes& mated, const Lanes& non_mated) {
    for (int l = 0; l < kLanes; ++l) {
      const bool crossed =
          below.mated[l] * non_mated[l] + below.non_mated[l] * mated[l] >= mated[l] * non_mated[l];
      before.mated[l] = crossed ? before.mated[l] : below.mated[l];
      before.non_mated[l] = crossed ? before.non_mated[l] : below.non_mated[l];
      // Both only grow, so that the least after the crossing is the first.
      after.mated[l] = std::min(after.mated[l], crossed ? below.mated[l] : kInfinity);
      after.non_mated[l] = std::min(after.non_mated[l], crossed ? below.non_mated[l] : kInfinity);
    }
  }
  /// The FVC2000 midpoint: of the pair of rates with the smaller sum, the first where they are equal.
  [[nodiscard]] double eer(int lane, double mated, double non_mated) const {
    const auto sum_of_rates = [&](const Below& below) {
      return below.mated[lane] / mated + 1 - below.non_mated[lane] / non_mated;
    };
    const bool exact =
        after.mated[lane] * non_mated + after.non_mated[lane] * mated == mated * non_mated;
    return (exact ? sum_of_rates(after) : std::min(sum_of_rates(before), sum_of_rates(after))) / 2;
  }
};

/// `weigh(trial, weights)` sets the trial's weight in each lane.
template <class Weigh>
std::array<RocSummary, kLanes> sweep(std::span<const ScoredTrial> sorted, const Weigh& weigh) {
  Lanes weights{};
  ScoreMoments mated;
  ScoreMoments non_mated;
  for (const ScoredTrial& trial : sorted) {
    weigh(trial, weights);
    (trial.mated ? mated : non_mated).add(trial.score, weights);
  }

  Below below;
  Crossing crossing;
  Lanes in_order{};  // pairs of a mated with a lower non-mated score
  for (std::size_t begin = 0; begin < sorted.size();) {
    Below here;  // equal scores are rejected together
    const double score = sorted[begin].score;
    for (; begin < sorted.size() && sorted[begin].score == score; ++begin) {
      weigh(sorted[begin], weights);
      Lanes& sums = sorted[begin].mated ? here.mated : here.non_mated;
      for (int l = 0; l < kLanes; ++l) sums[l] += weights[l];
    }
    for (int l = 0; l < kLanes; ++l) {
      in_order[l] += here.mated[l] * (below.non_mated[l] + here.non_mated[l] / 2);
      below.mated[l] += here.mated[l];
      below.non_mated[l] += here.non_mated[l];
    }
    crossing.pass(below, mated.weight, non_mated.weight);
  }

  std::array<RocSummary, kLanes> summaries;
  for (int l = 0; l < kLanes; ++l) {
    const double m = mated.weight[l];
    const double n = non_mated.weight[l];
    summaries[l] = m > 0 && n > 0 ? RocSummary{crossing.eer(l, m, n), in_order[l] / (m * n),
                                               d_prime_of(mated, non_mated, l)}
                                  : RocSummary{kNoRate, kNoRate, kNoRate};
  }
  return summaries;
}

}  // namespace

void sort_by_score(std::vector<ScoredTrial>& trials) {
  std::sort(trials.begin(), trials.end(), [](const ScoredTrial& a, const ScoredTrial& b) {
    return std::tie(a.score, a.mated, a.unit_a, a.unit_b) <
           std::tie(b.score, b.mated, b.unit_a, b.unit_b);
  });
}

RocSummary roc_summary(std::span<const ScoredTrial> sorted) {
  return sweep(sorted, [](const ScoredTrial&, Lanes& weights) { weights.fill(1); }).front();
}

std::vector<RocSummary> roc_replicates(std::span<const ScoredTrial> sorted,
                                       const SubjectBootstrap& bootstrap, double scale) {
  ROBENCH_ASSERT(bootstrap.replicates() % kLanes == 0);
  std::vector<RocSummary> replicates(bootstrap.replicates());
  tbb::parallel_for(0, bootstrap.replicates() / kLanes, [&](int block) {
    const int first = block * kLanes;
    const auto weigh = [&](const ScoredTrial& trial, Lanes& weights) {
      const std::uint8_t* a = bootstrap.of_unit(trial.unit_a).data() + first;
      const std::uint8_t* b = bootstrap.of_unit(trial.unit_b).data() + first;
      const bool one_unit = trial.unit_a == trial.unit_b;
      const double drawn = trial.mated ? 1 : scale;
      for (int l = 0; l < kLanes; ++l)
        weights[l] = one_unit ? a[l] : (1 - drawn) + drawn * (a[l] * b[l]);
    };
    const auto summaries = sweep(sorted, weigh);
    std::copy(summaries.begin(), summaries.end(), replicates.begin() + first);
  });
  return replicates;
}

double non_mated_scale(std::span<const ScoredTrial> sorted, int units) {
  const double eer = roc_summary(sorted).eer;
  std::vector<std::pair<int, int>> all;
  for (const ScoredTrial& trial : sorted)
    if (!trial.mated && trial.unit_a != trial.unit_b) all.emplace_back(trial.unit_a, trial.unit_b);
  if (all.empty() || std::isnan(eer)) return 1;
  const auto errors = static_cast<std::size_t>(eer * static_cast<double>(all.size()));
  return product_weight_scale(std::span(all).last(errors), spread_of(all, units));
}

RocIntervals roc_intervals(std::span<const ScoredTrial> sorted, const SubjectBootstrap& bootstrap,
                           double scale) {
  const std::vector<RocSummary> replicates = roc_replicates(sorted, bootstrap, scale);
  const auto interval_of = [&](double RocSummary::*member) {
    std::vector<double> values;
    for (const RocSummary& replicate : replicates) values.push_back(replicate.*member);
    return percentile_interval(values);
  };
  return {interval_of(&RocSummary::eer), interval_of(&RocSummary::auc),
          interval_of(&RocSummary::d_prime)};
}

}  // namespace robench
