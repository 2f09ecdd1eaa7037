// SPDX-License-Identifier: Apache-2.0
#include "metrics/simultaneous_limits.h"

#include <cmath>

#include <doctest/doctest.h>

namespace robench {
namespace {

/// One comparison for each person: the first `lost` lost it, the next `gained` gained it.
UnitDifferences shares(int people, int lost, int gained = 0) {
  UnitDifferences cell;
  cell.of_unit.assign(static_cast<std::size_t>(people), 0.0);
  for (int i = 0; i < lost; ++i) cell.of_unit[i] = 1;
  for (int i = lost; i < lost + gained; ++i) cell.of_unit[i] = -1;
  cell.n = cell.units = people;
  return cell;
}

SimultaneousLimit only(const UnitDifferences& cell, const LimitOptions& options = {}) {
  return simultaneous_limits({&cell, 1}, 5, options).front();
}

}  // namespace

TEST_SUITE("metrics") {
  TEST_CASE("nobody differs: the rule of three over all cells") {
    const std::vector<UnitDifferences> cells(60, shares(1000, 0));
    const auto limits = simultaneous_limits(cells, 5);
    CHECK(limits[7].difference == 0);
    CHECK(limits[7].p == 1);
    CHECK(*limits[7].high == doctest::Approx(-std::log(0.05 / 60) / 1000));  // 0.0071
    CHECK(*limits[7].low == doctest::Approx(std::log(0.05 / 60) / 1000));
    // -ln(0.05) = 3.0 where there is one cell.
    CHECK(*only(shares(1000, 0)).high == doctest::Approx(0.0029957));
  }

  TEST_CASE("few people: sign test and Garwood's limit by hand") {
    // All of 4 lost: one of 16 exchanges is as large. 5 of 5: one of 32 < 5 %.
    CHECK(only(shares(100, 4)).p == doctest::Approx(1.0 / 16).epsilon(0.2));
    CHECK(*only(shares(100, 4)).low <= 0);
    CHECK(*only(shares(100, 5)).low > 0);
    CHECK(only(shares(100, 5)).p == doctest::Approx(1.0 / 32).epsilon(0.25));
    // One person of 100: a Poisson mean of at most 4.74386 (chi-square with 4 degrees of freedom, 0.95,
    // over 2: scipy.stats.chi2.ppf(0.95, 4) / 2).
    CHECK(*only(shares(100, 1)).high == doctest::Approx(0.0474386));
    CHECK(only(shares(100, 1, 1)).difference == 0);
    CHECK(*only(shares(100, 1, 1)).high > 0.0474386);
  }

  TEST_CASE("many people: the normal limit; more cells widen it") {
    const SimultaneousLimit limit = only(shares(2000, 60, 20));
    CHECK(limit.difference == doctest::Approx(0.02));
    const double spread = std::sqrt(80.0) / 2000;
    CHECK(*limit.high - limit.difference == doctest::Approx(1.645 * spread).epsilon(0.08));
    CHECK(*limit.low > 0);
    CHECK(*only(shares(2000, 60, 20), {0.95, true}).high - 0.02 ==
          doctest::Approx(1.96 * spread).epsilon(0.08));
    std::vector<UnitDifferences> cells = {shares(2000, 60, 20)};
    for (int c = 0; c < 20; ++c) {
      cells.push_back(shares(2000, 0));
      for (int i = 0; i < 40; ++i) cells.back().of_unit[static_cast<std::size_t>(100 + 40 * c + i)] = 1;
    }
    CHECK(*simultaneous_limits(cells, 5)[0].high > *limit.high + 0.5 * spread);
    // The same cell twenty times is one cell: dependence is not paid for.
    const std::vector<UnitDifferences> same(20, cells[0]);
    CHECK(*simultaneous_limits(same, 5)[3].high == doctest::Approx(*limit.high));
  }

  TEST_CASE("angles of few people have no limit") {
    UnitDifferences angles = shares(20, 20);
    angles.is_share = false;
    CHECK_FALSE(only(angles).high);
    CHECK_FALSE(people_needed(angles, only(angles), 1.0));
  }

  TEST_CASE("people needed") {
    const UnitDifferences none = shares(300, 0);
    CHECK(*people_needed(none, only(none), 0.005) == doctest::Approx(2.9957 / 0.005).epsilon(0.01));
    CHECK_FALSE(people_needed(none, only(none), 0));
    const UnitDifferences worse = shares(50, 3);  // 6 points; to be sure of a loss
    const SimultaneousLimit limit = only(worse);
    CHECK(*people_needed(worse, limit, 0) ==
          doctest::Approx(50 * std::pow((0.06 - *limit.low) / 0.06, 2)));
    CHECK(*people_needed(worse, limit, 0.1) > 50);
  }
}

}  // namespace robench
