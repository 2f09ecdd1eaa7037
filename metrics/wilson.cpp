// SPDX-License-Identifier: Apache-2.0
#include "metrics/wilson.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include <oneapi/tbb/parallel_sort.h>
#include <boost/math/distributions/normal.hpp>

#include "perturb/error.h"

namespace robench {
namespace {

/// Two units as one number, the smaller one first.
std::uint64_t key_of(int a, int b) {
  return static_cast<std::uint64_t>(std::min(a, b)) << 32 | static_cast<std::uint32_t>(std::max(a, b));
}

/// Comparisons of a pair of units.
struct PairCount {
  std::uint64_t key = 0;
  double count = 0;

  [[nodiscard]] int a() const { return static_cast<int>(key >> 32); }
  [[nodiscard]] int b() const { return static_cast<int>(key & 0xFFFFFFFF); }
};

/// By ascending pair. A million of them are sorted, which is ten times as fast as counting in a map.
std::vector<PairCount> count_pairs(std::span<const std::pair<int, int>> comparisons) {
  std::vector<std::uint64_t> keys(comparisons.size());
  std::transform(comparisons.begin(), comparisons.end(), keys.begin(),
                 [](const auto& pair) { return key_of(pair.first, pair.second); });
  tbb::parallel_sort(keys);
  std::vector<PairCount> counts;
  for (const std::uint64_t key : keys) {
    if (counts.empty() || counts.back().key != key) counts.push_back({key, 0});
    counts.back().count += 1;
  }
  return counts;
}

/// Squared sums of the residuals of comparisons, by unit and by pair of units.
struct Squares {
  double of_units = 0;
  double of_pairs = 0;
};
Squares squares_of(std::span<const std::pair<int, int>> errors, const ComparisonSpread& spread) {
  const double rate = static_cast<double>(errors.size()) / spread.count;
  std::vector<double> errors_of_unit(spread.of_unit.size(), 0);
  for (const auto& [a, b] : errors) {
    ++errors_of_unit[a];
    ++errors_of_unit[b];
  }
  Squares squares;
  for (std::size_t u = 0; u < errors_of_unit.size(); ++u)
    squares.of_units += std::pow(errors_of_unit[u] - rate * spread.of_unit[u], 2);
  squares.of_pairs = rate * rate * spread.squared_pairs;
  for (const PairCount& pair : count_pairs(errors))
    squares.of_pairs +=
        pair.count * pair.count - 2 * rate * pair.count * spread.of_pair(pair.a(), pair.b());
  return squares;
}

}  // namespace

Interval wilson_interval(double share, double n_effective, double level) {
  ROBENCH_ASSERT(share >= 0 && share <= 1 && n_effective > 0 && level > 0 && level < 1);
  const double z = boost::math::quantile(boost::math::normal(), (1 + level) / 2);
  const double z2 = z * z;
  const double centre = (share + z2 / (2 * n_effective)) / (1 + z2 / n_effective);
  const double half =
      z / (1 + z2 / n_effective) *
      std::sqrt(share * (1 - share) / n_effective + z2 / (4 * n_effective * n_effective));
  // The ends at 0 and 1 are exact in theory and a rounding away from it in practice.
  return {share == 0 ? 0 : std::max(0.0, centre - half), share == 1 ? 1 : std::min(1.0, centre + half)};
}

double effective_n(double share, double variance, double most) {
  if (variance <= 0) return most;
  return std::min(most, share * (1 - share) / variance);
}

double one_subject_variance(std::span<const double> sums, std::span<const double> counts) {
  ROBENCH_ASSERT(sums.size() == counts.size());
  const double n = std::accumulate(counts.begin(), counts.end(), 0.0);
  const auto units =
      static_cast<double>(std::ssize(counts) - std::count(counts.begin(), counts.end(), 0));
  if (units < 2) return 0;
  const double rate = std::accumulate(sums.begin(), sums.end(), 0.0) / n;
  double squares = 0;
  for (std::size_t u = 0; u < sums.size(); ++u) squares += std::pow(sums[u] - rate * counts[u], 2);
  return units / (units - 1) * squares / (n * n);
}

ComparisonSpread spread_of(std::span<const std::pair<int, int>> comparisons, int units) {
  ComparisonSpread spread;
  spread.of_unit.assign(units, 0);
  spread.count = static_cast<double>(comparisons.size());
  for (const auto& [a, b] : comparisons) {
    ROBENCH_ASSERT(a != b);
    ++spread.of_unit[a];
    ++spread.of_unit[b];
  }
  std::vector<PairCount> counts = count_pairs(comparisons);
  for (const PairCount& pair : counts) spread.squared_pairs += pair.count * pair.count;
  spread.of_pair = [counts = std::move(counts)](int a, int b) {
    const std::uint64_t key = key_of(a, b);
    const auto place =
        std::lower_bound(counts.begin(), counts.end(), key,
                         [](const PairCount& pair, std::uint64_t wanted) { return pair.key < wanted; });
    ROBENCH_ASSERT(place != counts.end() && place->key == key);
    return place->count;
  };
  return spread;
}

double two_subject_variance(std::span<const std::pair<int, int>> errors,
                            const ComparisonSpread& spread) {
  const auto units = static_cast<double>(std::ssize(spread.of_unit) -
                                         std::count(spread.of_unit.begin(), spread.of_unit.end(), 0));
  if (units < 2) return 0;
  const double rate = static_cast<double>(errors.size()) / spread.count;
  const Squares squares = squares_of(errors, spread);
  // Comparisons that share both units were counted twice.
  const double shared = squares.of_units - squares.of_pairs;
  return std::max(rate * (1 - rate) / spread.count,
                  units / (units - 1) * shared / (spread.count * spread.count));
}

double product_weight_scale(std::span<const std::pair<int, int>> errors,
                            const ComparisonSpread& spread) {
  const Squares squares = squares_of(errors, spread);
  if (squares.of_pairs <= 0) return 1;
  // A weight's variance is 1, a product's 3 and the covariance of two products that share a factor 1.
  const double shared = std::max(squares.of_units - 2 * squares.of_pairs, 0.0);
  return std::sqrt((shared + squares.of_pairs) / (shared + 3 * squares.of_pairs));
}

}  // namespace robench
