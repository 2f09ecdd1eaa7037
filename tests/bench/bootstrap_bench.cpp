// SPDX-License-Identifier: Apache-2.0
// 1,000 subject bootstraps of FNMR@FMR=1e-2 over 3,000 pairs, the threshold set anew in each, must take
// less than 20 ms; seven million non-mated scores at 512 dimensions less than a second. Results are
// compared with plain loops before a time counts; exits with 1 where a limit is broken.
//
//   bench_bootstrap [PAIRS.csv]     lines of score,mated,unit,unit: what tests/peers/bench_bootstrap.py
//   measures too
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "metrics/all_pairs.h"
#include "metrics/reset_threshold.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

constexpr double kTarget = 1e-2;

struct Pairs {
  std::vector<MatedScore> mated;
  std::vector<TailScore> non_mated;  // descending
  int units = 0;
};

Pairs generated() {
  Pairs pairs;
  pairs.units = 1680;  // people of LFW with two photographs or more
  const RandomStream stream(1, "bootstrap_bench", "", "", 0);
  const RandomStream who = stream.fork("who");
  const auto unit = [&](int i) { return static_cast<int>(who.uniform(i) * pairs.units); };
  for (int i = 0; i < 1500; ++i) {
    const int a = unit(3 * i);
    pairs.mated.push_back({2.5 + stream.normal(2 * i), unit(3 * i + 1)});
    pairs.non_mated.push_back({stream.normal(2 * i + 1), a, (a + 1 + unit(3 * i + 2) % 1679) % 1680});
  }
  return pairs;
}

Pairs read(const char* file) {
  Pairs pairs;
  std::ifstream in(file);
  double score = 0;
  int mated = 0, a = 0, b = 0;
  char comma = ',';
  while (in >> score >> comma >> mated >> comma >> a >> comma >> b) {
    pairs.units = std::max({pairs.units, a + 1, b + 1});
    if (mated != 0)
      pairs.mated.push_back({score, a});
    else
      pairs.non_mated.push_back({score, a, b});
  }
  return pairs;
}

std::vector<double> bootstrapped(const Pairs& pairs, const std::vector<std::pair<int, int>>& non_mated) {
  const SubjectBootstrap bootstrap(pairs.units, 1);
  const auto thresholds =
      threshold_replicates(pairs.non_mated, bootstrap.total(non_mated), kTarget, bootstrap);
  std::vector<double> rejected(bootstrap.replicates(), 0.0);
  std::vector<double> counts(bootstrap.replicates(), 0.0);
  add_rejected(pairs.mated, thresholds, bootstrap, rejected);
  for (const MatedScore& score : pairs.mated) bootstrap.add(score.unit, 1, counts);
  for (std::size_t r = 0; r < rejected.size(); ++r) rejected[r] /= counts[r];
  return rejected;
}

/// The same for one replicate, as one would write it down.
double plain(const Pairs& pairs, int replicate) {
  const auto weight = SubjectBootstrap(pairs.units, 1).of_replicate(replicate);
  double all = 0;
  for (const TailScore& s : pairs.non_mated) all += weight[s.unit_a] * weight[s.unit_b];
  double accepted = 0;
  double threshold = -INFINITY;
  for (const TailScore& s : pairs.non_mated) {
    accepted += weight[s.unit_a] * weight[s.unit_b];
    if (accepted > kTarget * all) {
      threshold = s.score;  // rejected, and with it all that are not higher
      break;
    }
  }
  double rejected = 0, mated = 0;
  for (const MatedScore& s : pairs.mated) {
    mated += weight[s.unit];
    rejected += s.score <= threshold ? weight[s.unit] : 0;
  }
  return rejected / mated;
}

struct Time {
  double wall_ms = 0;
  double cpu_ms = 0;
};
/// Of the run with the median wall time.
Time median_time(int runs, const std::function<void()>& work) {
  std::vector<Time> times;
  for (int i = 0; i < runs; ++i) {
    const std::clock_t cpu = std::clock();
    const auto begin = std::chrono::steady_clock::now();
    work();
    times.push_back(
        {std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count(),
         1e3 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC});
  }
  std::sort(times.begin(), times.end(),
            [](const Time& a, const Time& b) { return a.wall_ms < b.wall_ms; });
  return times[times.size() / 2];
}

bool report(const char* what, const Time& time, double limit_ms) {
  const bool met = time.wall_ms < limit_ms;
  fmt::print("{:<52} {:9.2f} ms wall {:9.2f} ms CPU   limit {} ms {}\n", what, time.wall_ms, time.cpu_ms,
             limit_ms, met ? "" : "EXCEEDED");
  return met;
}

bool bench_bootstrap(Pairs pairs) {
  std::sort(pairs.non_mated.begin(), pairs.non_mated.end(),
            [](const TailScore& a, const TailScore& b) { return a.score > b.score; });
  std::vector<std::pair<int, int>> non_mated;
  for (const TailScore& s : pairs.non_mated) non_mated.emplace_back(s.unit_a, s.unit_b);
  std::vector<double> replicates = bootstrapped(pairs, non_mated);
  for (int r = 0; r < 1000; r += 97)
    if (std::abs(replicates[r] - plain(pairs, r)) > 1e-12) {
      fmt::print("replicate {}: {} is not {}\n", r, replicates[r], plain(pairs, r));
      return false;
    }
  const Time time = median_time(11, [&] { replicates = bootstrapped(pairs, non_mated); });
  const auto interval = percentile_interval(replicates).value();
  fmt::print("interval {} {}\n", interval.low, interval.high);
  return report("1,000 bootstraps of FNMR@FMR over 3,000 pairs", time, 20);
}

bool bench_all_pairs() {
  constexpr int kSamples = 3742;  // 3742 * 3741 / 2 = 6,999,411
  EmbeddingTable table;
  table.status.assign(kSamples, Status::ok);
  table.vectors.resize(kSamples, 512);
  RandomStream(1, "all_pairs_bench", "", "", 0)
      .fill_normal(0, table.vectors.data(), static_cast<std::size_t>(table.vectors.size()));
  EvaluationData data;
  data.subject.resize(kSamples);
  std::iota(data.subject.begin(), data.subject.end(), 0);
  data.session = data.subject;
  data.subject_count = kSamples;
  std::vector<std::uint32_t> samples(kSamples);
  std::iota(samples.begin(), samples.end(), 0U);
  const PairSide side = pair_side(Comparison::cosine, data, table, samples);
  const CrossComparisons comparisons(Comparison::cosine, data, side, side);
  constexpr double kThreshold = 0.13;  // three standard deviations of 1 / sqrt(512)
  std::int64_t matches = 0;
  const Time time = median_time(3, [&] {
    matches = 0;
    comparisons.matches(kThreshold, [&](const Hit&) { ++matches; });
  });
  // P(cosine >= .13) of random directions in 512 dimensions: 1.57e-3 to 1.66e-3, normal to exact.
  const double share = static_cast<double>(matches) / static_cast<double>(comparisons.count());
  if (share < 1.4e-3 || share > 1.8e-3) {
    fmt::print("{} of {} match\n", matches, comparisons.count());
    return false;
  }
  return report("7 million non-mated scores at 512 dimensions", time, 1000);
}

}  // namespace
}  // namespace robench

int main(int argc, char** argv) {
  const bool given = argc > 1;
  bool met = robench::bench_bootstrap(given ? robench::read(argv[1]) : robench::generated());
  if (!given) met = robench::bench_all_pairs() && met;
  return met ? EXIT_SUCCESS : EXIT_FAILURE;
}
