// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numeric>

#include <tbb/global_control.h>

#include "metrics/subject_bootstrap.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

TEST_SUITE("metrics") {
  TEST_CASE("each replicate draws as many units as there are") {
    const SubjectBootstrap bootstrap(137, 1);
    CHECK(bootstrap.replicates() == 1000);
    for (int r = 0; r < bootstrap.replicates(); ++r) {
      const auto weights = bootstrap.of_replicate(r);
      CHECK(std::accumulate(weights.begin(), weights.end(), 0.0F) == 137);
      if (r % 100 == 0) CHECK(bootstrap.of_unit(5)[r] == weights[5]);
    }
  }

  TEST_CASE("weights have the mean and variance of multinomial counts") {
    constexpr int kUnits = 50;
    const SubjectBootstrap bootstrap(kUnits, 2);
    double sum = 0;
    double squares = 0;
    for (int u = 0; u < kUnits; ++u) {
      for (const std::uint8_t w : bootstrap.of_unit(u)) {
        sum += w;
        squares += w * w;
      }
    }
    const double n = kUnits * 1000.0;
    CHECK(sum / n == doctest::Approx(1));
    // Var = 1 - 1/units; standard error of the estimate about sqrt(2 / n) x a factor below 2.
    CHECK(squares / n - 1 == doctest::Approx(1 - 1.0 / kUnits).epsilon(0.03));
  }

  TEST_CASE("the same seed gives the same weights, another seed others") {
    const auto weights = [](std::uint64_t seed) { return SubjectBootstrap(20, seed).of_replicate(3); };
    CHECK(weights(1) == weights(1));
    CHECK(weights(1) != weights(2));
  }

  TEST_CASE("unknown subjects are resampled one by one, after the known ones") {
    const ResamplingUnits units =
        resampling_units(test::data_of(test::samples_of({"", "ada", "", "ada"})));
    CHECK(units.of_sample == std::vector<int>{1, 0, 2, 0});
    CHECK(units.count == 3);
  }

  TEST_CASE("quantiles between order statistics") {
    CHECK(quantile({3, 1, 2}, 0.5) == 2);
    CHECK(quantile({4, 1, 2, 3}, 0.5) == 2.5);
    CHECK(quantile({0, 10}, 0.95) == doctest::Approx(9.5));
    CHECK(quantile({5}, 0.95) == 5);
    CHECK(quantile({1, 2, 3}, 1) == 3);
  }

  TEST_CASE("an interval needs finite replicates") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_FALSE(percentile_interval(std::vector<double>{nan, nan, 1}).has_value());
    CHECK_FALSE(percentile_interval(std::vector<double>{}).has_value());
    const auto interval = percentile_interval(std::vector<double>{nan, 1, 1});
    REQUIRE(interval.has_value());
    CHECK(*interval == Interval{1, 1});
  }

  TEST_CASE("comparisons weigh w within a unit and w_a * w_b between two") {
    const SubjectBootstrap bootstrap(12, 3);
    ComparisonSet comparisons;
    comparisons.add(2, 2);
    comparisons.add(2, 2);
    comparisons.add(4, 7);
    comparisons.add(7, 4);
    CHECK(comparisons.size() == 4);
    const auto weights = comparisons.weights(bootstrap);
    for (int r = 0; r < bootstrap.replicates(); ++r) {
      const auto w = bootstrap.of_replicate(r);
      CHECK(weights[r] == 2 * w[2] + 2 * w[4] * w[7]);
    }
  }

  TEST_CASE("totals of a hundred thousand comparisons do not depend on threads") {
    const SubjectBootstrap bootstrap(40, 4);
    ComparisonSet comparisons;
    for (int i = 0; i < 150'000; ++i) comparisons.add(i % 40, (i * 7 + i / 40) % 40);
    const auto many = comparisons.weights(bootstrap);
    const tbb::global_control one_thread(tbb::global_control::max_allowed_parallelism, 1);
    CHECK(many == comparisons.weights(bootstrap));
  }

  TEST_CASE("a mean weighs samples, not subjects, and refuses an interval to few subjects") {
    UnitMean mean(30);
    mean.add(0, 1);
    mean.add(0, 1);
    mean.add(1, 4);
    CHECK(mean.mean() == 2);
    CHECK(mean.n() == 3);
    CHECK(mean.units_with_values() == 2);
    const SubjectBootstrap bootstrap(30, 5);
    CHECK_FALSE(mean.interval(bootstrap).has_value());
    for (int unit = 2; unit < 30; ++unit) mean.add(unit, 2);
    const auto interval = mean.interval(bootstrap);
    REQUIRE(interval.has_value());
    CHECK(interval->low < 2);
    CHECK(interval->high > 2);
  }
}

}  // namespace
}  // namespace robench
