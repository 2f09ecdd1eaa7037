// SPDX-License-Identifier: Apache-2.0
// The statistics engine on numbers that can be checked by hand, and against statsmodels 0.13 and
// SciPy 1.10.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <tbb/global_control.h>

#include "metrics/multiple_testing.h"
#include "metrics/paired_difference.h"
#include "metrics/permutation.h"
#include "metrics/wilson.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

using Pairs = std::vector<std::pair<int, int>>;

void check_all(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-9));
}

TEST_SUITE("metrics") {
  TEST_CASE("Holm and Benjamini-Hochberg by hand") {
    // Sorted: .005, .01, .03, .04. Holm: 4 * .005, 3 * .01, 2 * .03, then not below its predecessor.
    // BH: 4/1 * .005 = .02, 4/2 * .01 = .02, 4/3 * .03 = .04, .04.
    const std::vector<double> p = {0.01, 0.04, 0.03, 0.005};
    check_all(holm(p), {0.03, 0.06, 0.06, 0.02});
    check_all(benjamini_hochberg(p), {0.02, 0.04, 0.04, 0.02});
    check_all(holm(std::vector{0.4, 0.9}), {0.8, 0.9});
    CHECK(holm({}).empty());
  }

  TEST_CASE("a test that could not be made stays NaN and does not count") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto adjusted = holm(std::vector{0.01, nan, 0.02});
    CHECK(adjusted[0] == doctest::Approx(0.02));
    CHECK(std::isnan(adjusted[1]));
    CHECK(adjusted[2] == doctest::Approx(0.02));
    CHECK(std::isnan(benjamini_hochberg(std::vector{nan, 0.5})[0]));
  }

  TEST_CASE("Holm and Benjamini-Hochberg agree with statsmodels") {
    // statsmodels.stats.multitest.multipletests(p, method='holm' and 'fdr_bh')[1]
    const std::vector<double> p = {0.0102, 0.5, 0.0021, 0.2, 0.048, 0.0021, 0.91, 0.03};
    check_all(holm(p), {0.0612, 1, 0.0168, 0.6, 0.192, 0.0168, 1, 0.15});
    check_all(benjamini_hochberg(p),
              {0.0272, 0.571428571429, 0.0084, 0.266666666667, 0.0768, 0.0084, 0.91, 0.06});
  }

  TEST_CASE("Wilson's interval agrees with statsmodels") {
    // statsmodels.stats.proportion.proportion_confint(k, n, method='wilson')
    const auto check = [](double k, double n, double low, double high) {
      const Interval interval = wilson_interval(k / n, n);
      CHECK(interval.low == doctest::Approx(low).epsilon(1e-9));
      CHECK(interval.high == doctest::Approx(high).epsilon(1e-9));
    };
    check(10, 100, 0.0552291370607, 0.174365661505);
    check(1, 1500, 0.000117692731674, 0.00376666541421);
    check(0, 50, 0, 0.0713475991334);
    check(49, 50, 0.895045564104, 0.996460740728);
    CHECK(wilson_interval(0, 10).low == 0);
    CHECK(wilson_interval(1, 10).high == 1);
    CHECK(wilson_interval(0.5, 10, 0.5).high < wilson_interval(0.5, 10).high);
  }

  TEST_CASE("variance of a rate over subjects, by hand") {
    // Rate 3/6. Residuals of the subjects: 1 - 1, 0 - 1, 2 - 1. (3/2) * 2 / 36 = 1/12.
    const std::vector<double> sums = {1, 0, 2};
    const std::vector<double> counts = {2, 2, 2};
    CHECK(one_subject_variance(sums, counts) == doctest::Approx(1.0 / 12));
    CHECK(effective_n(0.5, 1.0 / 12, 6) == doctest::Approx(3));
    CHECK(effective_n(0.5, 0, 6) == 6);
    CHECK(effective_n(0.5, 1e-9, 6) == 6);
    CHECK(one_subject_variance(std::vector{1.0}, std::vector{2.0}) == 0);
  }

  TEST_CASE("variance of a rate over comparisons of two subjects, by hand") {
    // Two stars. Residuals 1/2, 1/2, -1/2, -1/2. Of the units: 1, 1/2, 1/2, -1, -1/2, -1/2: squares 3,
    // less 1 for what counts twice, times 6/5, over 4^2.
    const Pairs all = {{0, 1}, {0, 2}, {3, 4}, {3, 5}};
    const Pairs errors = {{0, 1}, {2, 0}};
    CHECK(two_subject_variance(errors, spread_of(all, 7)) == doctest::Approx(6.0 / 5 * 2 / 16));
    // A triangle: the residuals of comparisons that share a unit cancel; that of independent ones
    // remains.
    const Pairs triangle = {{0, 1}, {0, 2}, {1, 2}};
    CHECK(two_subject_variance(Pairs{{0, 1}}, spread_of(triangle, 3)) == doctest::Approx(2.0 / 27));
    // One pair of units compared twice, both wrong: residuals 1/2 + 1/2 and twice -1/2 of the other
    // pair. Units 1, 1, -1, -1: squares 4, less 2 for the pairs; 4/3 * 2 / 16.
    const Pairs twice = {{0, 1}, {1, 0}, {2, 3}, {2, 3}};
    CHECK(two_subject_variance(Pairs{{0, 1}, {0, 1}}, spread_of(twice, 4)) ==
          doctest::Approx(4.0 / 3 * 2 / 16));
  }

  TEST_CASE("p of a difference by hand, and where its interval ends") {
    // 0 lies halfway between the 2nd and the 3rd of five: place 1.5 of 4; twice 1.5/4.
    CHECK(two_sided_p(std::vector<double>{-3, -1, 1, 2, 5}) == doctest::Approx(0.75));
    CHECK(two_sided_p(std::vector<double>{1, 2, 3}) == doctest::Approx(0.25));  // 1 / (3 + 1)
    CHECK(two_sided_p(std::vector<double>{0, 0, 0}) == 1);
    CHECK(std::isnan(two_sided_p({})));
    const RandomStream stream(3, "p", "", "", 0);
    for (int shift = 0; shift < 200; ++shift) {
      std::vector<double> values(1000);
      for (int i = 0; i < 1000; ++i) values[i] = stream.normal(1000 * shift + i) + 1.7 + shift * 0.003;
      const Interval interval = percentile_interval(values).value();
      CHECK((two_sided_p(values) < 0.05) == (interval.low > 0 || interval.high < 0));
    }
  }

  TEST_CASE("a paired difference cancels what both share") {
    UnitMean a(100);
    UnitMean b(100);
    for (int u = 0; u < 100; ++u) {
      a.add(u, u % 2);
      b.add(u, u % 2 == 1 && u % 10 != 1 ? 1 : 0);  // ten of the fifty are gone
    }
    const SubjectBootstrap bootstrap(100, 1);
    const PairedDifference found = paired_difference(a, b, bootstrap);
    CHECK(found.difference == doctest::Approx(0.1));
    // Binomial(100, .1) / 100: ends near .1 -+ 1.96 * .03.
    CHECK(found.ci95->low == doctest::Approx(0.045).epsilon(0.2));
    CHECK(found.ci95->high == doctest::Approx(0.16).epsilon(0.1));
    CHECK(found.p < 0.01);
    const PairedDifference none = paired_difference(a, a, bootstrap);
    CHECK(none.ci95 == Interval{-0.03, 0.03});
    CHECK(none.p == 1);
    CHECK_FALSE(none.note.empty());
  }

  TEST_CASE("a difference over too few subjects has no interval") {
    UnitMean a(20);
    UnitMean b(20);
    for (int u = 0; u < 20; ++u) (u < 12 ? a : b).add(u, 1);
    a.add(13, 0);
    const PairedDifference found = paired_difference(a, b, SubjectBootstrap(20, 1));
    CHECK_FALSE(found.ci95.has_value());
    CHECK(std::isnan(found.p));
    CHECK_FALSE(found.note.empty());
  }

  TEST_CASE("a permutation keeps blocks, moves everything, and is the same each time") {
    const std::vector<int> block = {0, 1, 0, 1, 0, 2};
    const RandomStream stream(1, "permutation", "", "", 0);
    std::set<std::vector<int>> seen;
    for (int k = 0; k < 200; ++k) {
      const auto order = permuted_within_blocks(block, stream, k);
      for (std::size_t i = 0; i < order.size(); ++i) CHECK(block[order[i]] == block[i]);
      CHECK(std::set<int>(order.begin(), order.end()).size() == block.size());
      CHECK(order == permuted_within_blocks(block, stream, k));
      seen.insert(order);
    }
    CHECK(seen.size() == 12);  // 3! * 2! * 1!
    CHECK(permuted_within_blocks({}, stream, 0).empty());
  }

  TEST_CASE("p of a permutation test by hand") {
    const std::vector<double> null = {-2, -1, 0, 1};
    CHECK(permutation_p(1, null, Tail::upper) == doctest::Approx(2.0 / 5));
    CHECK(permutation_p(1, null, Tail::lower) == 1);
    CHECK(permutation_p(1.5, null, Tail::two_sided) == doctest::Approx(2.0 / 5));
    CHECK(permutation_p(-2, null, Tail::lower) == doctest::Approx(2.0 / 5));
    CHECK(std::isnan(permutation_p(NAN, null, Tail::upper)));
  }

  TEST_CASE("a permutation test does not depend on the number of threads") {
    const std::vector<int> block(50, 0);
    const auto run = [&](std::size_t threads) {
      const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
      return permutation_test(10, block, 300, 5, "threads", Tail::upper,
                              [](std::span<const int> order) {
                                double sum = 0;
                                for (std::size_t i = 0; i < order.size(); ++i)
                                  sum += std::sin(order[i] * static_cast<double>(i));
                                return sum;
                              })
          .null;
    };
    CHECK(run(1) == run(4));
  }
}

}  // namespace
}  // namespace robench
