// SPDX-License-Identifier: Apache-2.0
#include "metrics/simultaneous_limits.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/gamma.hpp>

#include "metrics/permutation.h"
#include "perturb/error.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

/// Exchanges that tie with the observed one must not look smaller because sums are rounded.
constexpr double kTie = 1 + 1e-5;
constexpr int kFlips = 1999;  // with the observed one 2,000: every usual level is a whole number of them

/// +1 or -1 of one person in each exchange, a bit each.
void draw_signs(const RandomStream& stream, std::vector<float>& signs) {
  std::vector<std::uint32_t> words((signs.size() + 31) / 32);
  stream.fill_words(0, words.data(), words.size());
  for (std::size_t flip = 0; flip < signs.size(); ++flip)
    signs[flip] = (words[flip / 32] >> (flip % 32) & 1U) != 0 ? 1.0F : -1.0F;
}

double root_of_squares(const UnitDifferences& cell) {
  double sum = 0;
  for (const double difference : cell.of_unit) sum += difference * difference;
  return std::sqrt(sum);
}

/// The observed sum in units of what a random exchange spreads.
double studentised(const UnitDifferences& cell, double root) {
  return root == 0 ? 0 : cell.mean() * static_cast<double>(cell.n) / root;
}

/// The largest statistic over the cells in each exchange.
std::vector<double> largest_of_exchanges(std::span<const UnitDifferences> cells,
                                         std::span<const double> roots, std::uint64_t seed,
                                         bool two_sided) {
  const RandomStream stream(seed, "simultaneous_limits", "", "", 1);
  std::size_t people = 0;
  for (const UnitDifferences& cell : cells) people = std::max(people, cell.of_unit.size());
  std::vector<std::vector<float>> sums(cells.size(), std::vector<float>(kFlips, 0.0F));
  std::vector<float> signs(kFlips);
  for (std::size_t person = 0; person < people; ++person) {
    bool drawn = false;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (person >= cells[c].of_unit.size() || cells[c].of_unit[person] == 0) continue;
      if (!drawn) draw_signs(RandomStream(stream).fork(std::to_string(person)), signs);
      drawn = true;
      // In units of the root: a float then holds sums of thousands to 1e-6 of it.
      const auto value = static_cast<float>(cells[c].of_unit[person] / roots[c]);
      for (int flip = 0; flip < kFlips; ++flip) sums[c][flip] += value * signs[flip];
    }
  }
  std::vector<double> largest(kFlips, two_sided ? 0.0 : -1e300);
  for (std::size_t c = 0; c < cells.size(); ++c)
    for (int flip = 0; flip < kFlips && roots[c] > 0; ++flip)
      largest[flip] = std::max<double>(
          largest[flip], two_sided ? std::abs(sums[c][flip]) : static_cast<double>(sums[c][flip]));
  return largest;
}

/// People who differ in one direction, as a count of equal ones: where each counts differently, as many
/// as give the same mean and variance (scaled Poisson; Bohm and Zech 2014, Nuclear Instruments and
/// Methods in Physics Research A 748:1).
struct Counted {
  int people = 0;
  double count = 0;  // (sum x)^2 / sum x^2
  double each = 0;   // sum x^2 / sum x
};

Counted counted(const UnitDifferences& cell, double sign) {
  Counted result;
  double sum = 0;
  double squares = 0;
  for (const double difference : cell.of_unit) {
    if (sign * difference <= 0) continue;
    ++result.people;
    sum += sign * difference;
    squares += difference * difference;
  }
  if (result.people > 0) return {result.people, sum * sum / squares, squares / sum};
  result.each = static_cast<double>(cell.n) / std::max(1, cell.units) * (cell.credited_twice ? 2 : 1);
  return result;
}

/// Limits of a Poisson mean of which `count` were seen, each missed with probability `alpha`
/// (Garwood 1936, Biometrika 28:437).
double poisson_high(double count, double alpha) {
  return boost::math::quantile(boost::math::gamma_distribution<>(count + 1), 1 - alpha);
}
double poisson_low(double count, double alpha) {
  return count == 0 ? 0 : boost::math::quantile(boost::math::gamma_distribution<>(count), alpha);
}

/// The largest net loss that the counts allow: people who lost at most, people who gained at least.
double counted_limit(const UnitDifferences& cell, const Counted& lost, const Counted& gained,
                     double alpha) {
  const double split = lost.people > 0 && gained.people > 0 ? alpha / 2 : alpha;
  const double net =
      lost.each * poisson_high(lost.count, split) - gained.each * poisson_low(gained.count, split);
  return std::min(1.0, net / static_cast<double>(cell.n) / (cell.credited_twice ? 2 : 1));
}

struct Critical {
  double value = 0;       // of the studentised difference
  double of_numbers = 0;  // of the studentised error of a number that is no share; at least `value`
  double alpha_each = 0;  // one-sided, for limits by counting
};

/// What is left of each person when the mean is taken away. Exchanging people whose results differ by
/// much the same everywhere would make many conditions look like one, and the limits of all of them too
/// short.
UnitDifferences centred(const UnitDifferences& cell) {
  UnitDifferences result = cell;
  double total = 0;
  for (const double difference : cell.of_unit) total += difference;
  const auto differing = cell.of_unit.size() - static_cast<std::size_t>(std::count(
                                                   cell.of_unit.begin(), cell.of_unit.end(), 0.0));
  auto unmoved =
      static_cast<std::size_t>(cell.units) - differing;  // who has comparisons that do not differ
  for (double& difference : result.of_unit)
    if (difference != 0 || (unmoved > 0 && unmoved-- > 0)) difference -= total / cell.units;
  return result;
}

double quantile_of(std::vector<double> largest, double confidence) {
  std::sort(largest.begin(), largest.end());
  const double rank = std::ceil(confidence * (kFlips + 1) - 1e-9);
  return kTie * largest[std::min<std::size_t>(static_cast<std::size_t>(rank), kFlips) - 1];
}

double critical_of_numbers(std::span<const UnitDifferences> cells, double value, std::uint64_t seed,
                           const LimitOptions& options) {
  std::vector<UnitDifferences> errors;
  std::vector<double> roots;
  for (const UnitDifferences& cell : cells) {
    if (cell.is_share) continue;
    errors.push_back(centred(cell));
    roots.push_back(root_of_squares(errors.back()));
  }
  if (errors.empty()) return value;
  const auto largest = largest_of_exchanges(errors, roots, seed, options.two_sided);
  return std::max(value, quantile_of(largest, options.confidence));
}

/// Half the width of the limits of a number that is no share: every value that the test of exchanges,
/// made around it, does not refuse. `low` is above 0 where that test refuses 0. nullopt: it refuses
/// none.
std::optional<double> inverted_width(const UnitDifferences& cell, double root, double difference,
                                     double critical) {
  const double left = 1 - critical * critical / cell.units;
  if (left <= 0) return std::nullopt;
  const double total = difference * static_cast<double>(cell.n) * (cell.credited_twice ? 2 : 1);
  const double around = std::max(0.0, root * root - total * total / cell.units);
  return critical * std::sqrt(around / left) / static_cast<double>(cell.n) /
         (cell.credited_twice ? 2 : 1);
}

void set_limits(const UnitDifferences& cell, double root, const Critical& critical,
                SimultaneousLimit& limit) {
  const Counted lost = counted(cell, 1);
  const Counted gained = counted(cell, -1);
  limit.discordant = lost.people + gained.people;
  const bool few = limit.discordant < kFewDiscordant;
  std::optional<double> spread = critical.value * root / static_cast<double>(cell.n);
  if (!cell.is_share) {
    if (few) return;
    spread = inverted_width(cell, root, limit.difference, critical.of_numbers);
    if (!spread) return;
  }
  limit.low = limit.difference - *spread;
  limit.high = limit.difference + *spread;
  if (!few) return;
  limit.high = std::max(*limit.high, counted_limit(cell, lost, gained, critical.alpha_each));
  // Below 0 only: that `low` lies above 0 is the exact test, which needs no help.
  if (*limit.low <= 0)
    limit.low = std::min(*limit.low, -counted_limit(cell, gained, lost, critical.alpha_each));
}

}  // namespace

double UnitDifferences::mean() const {
  ROBENCH_ASSERT(n > 0);
  double sum = 0;
  for (const double difference : of_unit) sum += difference;
  return sum / static_cast<double>(n) / (credited_twice ? 2 : 1);
}

std::vector<SimultaneousLimit> simultaneous_limits(std::span<const UnitDifferences> cells,
                                                   std::uint64_t seed, const LimitOptions& options) {
  ROBENCH_ASSERT(options.confidence > 0 && options.confidence < 1);
  std::vector<double> roots;
  for (const UnitDifferences& cell : cells) roots.push_back(root_of_squares(cell));
  const std::vector<double> largest = largest_of_exchanges(cells, roots, seed, options.two_sided);
  const double alpha = 1 - options.confidence;
  const Critical critical{
      quantile_of(largest, options.confidence),
      critical_of_numbers(cells, quantile_of(largest, options.confidence), seed, options),
      alpha / static_cast<double>(std::max<std::size_t>(1, cells.size())) / (options.two_sided ? 2 : 1)};
  std::vector<SimultaneousLimit> limits;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    SimultaneousLimit limit;
    limit.difference = cells[c].mean();
    const double observed = studentised(cells[c], roots[c]) / kTie;
    limit.p = roots[c] == 0 ? 1
                            : permutation_p(options.two_sided ? std::abs(observed) : observed, largest,
                                            Tail::upper);
    set_limits(cells[c], roots[c], critical, limit);
    limits.push_back(limit);
  }
  return limits;
}

std::optional<double> people_needed(const UnitDifferences& cell, const SimultaneousLimit& limit,
                                    double margin) {
  const double loss = limit.difference;
  if (!limit.high || !limit.low || loss == margin) return std::nullopt;
  if (loss > margin) {  // until `low` is above 0
    if (loss <= 0) return std::nullopt;
    return cell.units * std::pow((loss - *limit.low) / loss, 2);
  }
  const double ratio = (*limit.high - loss) / (margin - loss);
  // Nobody differs: the limit falls with the number of people, else with its root.
  return cell.units * (limit.discordant == 0 ? ratio : ratio * ratio);
}

}  // namespace robench
