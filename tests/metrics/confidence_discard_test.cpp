// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "metrics/confidence/discard_curve.h"

namespace robench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// One comparison per subject: `errors` of the lowest quality first.
std::vector<DiscardTrial> trials_of(int count, int errors) {
  std::vector<DiscardTrial> trials;
  for (int i = 0; i < count; ++i) trials.push_back({static_cast<double>(i), i < errors, i, i});
  return trials;
}

TEST_SUITE("metrics") {
  TEST_CASE("a discard curve by hand") {
    const std::vector<DiscardTrial> trials = {
        {3, false, 0, 0}, {1, true, 1, 1}, {2, false, 2, 2}, {2, true, 3, 3}, {kNaN, false, 4, 4}};
    const DiscardCurve curve = discard_curve(trials);
    // Not assessed first, then 1, then both of 2 together, then only 3 is left.
    CHECK(curve.discarded == std::vector<double>{0, 0.2, 0.4, 0.8});
    CHECK(curve.error == std::vector<double>{0.4, 0.5, 1.0 / 3, 0});
    CHECK(curve.at(0) == 0.4);
    CHECK(curve.at(0.3) == 0.5);
    CHECK(curve.at(0.8) == 0);
    CHECK(partial_area(curve, 0.5) == doctest::Approx(0.2 * 0.4 + 0.2 * 0.5 + 0.1 / 3));
    CHECK(pair_quality(2, 1) == 1);
    CHECK(std::isnan(pair_quality(kNaN, 1)));
  }

  TEST_CASE("the oracle's area is that of errors discarded first") {
    CHECK(oracle_area(0, 0.3) == 0);
    CHECK(oracle_area(1, 0.3) == doctest::Approx(0.3));
    // Integral of (e - d) / (1 - d) over [0, e] for e = 0.2: e + (1 - e) log(1 - e).
    CHECK(oracle_area(0.2, 0.3) == doctest::Approx(0.2 + 0.8 * std::log(0.8)));
    // 20 errors of 100 discarded one by one: the steps of the exact curve.
    double steps = 0;
    for (int k = 0; k < 20; ++k) steps += 0.01 * (20 - k) / (100 - k);
    CHECK(partial_area(discard_curve(trials_of(100, 20)), 0.3) == doctest::Approx(steps));
    CHECK(oracle_area(0.2, 0.3) == doctest::Approx(steps).epsilon(0.06));
  }

  TEST_CASE("a summary stands between random discard and the oracle") {
    const SubjectBootstrap bootstrap(400, 1);
    const DiscardSummary oracle = discard_summary(trials_of(400, 40), bootstrap, "fnmr");
    CHECK(oracle.start.value == 0.1);
    CHECK(oracle.start.name == "fnmr_before_discard");
    CHECK(oracle.ratio.name == "fnmr_discard_ratio@0.3");
    CHECK(oracle.gained.value == doctest::Approx(1).epsilon(0.02));
    CHECK(oracle.area.value == doctest::Approx(oracle.ratio.value * 0.1 * 0.3));
    REQUIRE(oracle.ratio.ci95);
    CHECK(oracle.ratio.ci95->low < oracle.ratio.value);

    std::vector<DiscardTrial> constant = trials_of(400, 40);
    for (DiscardTrial& trial : constant) trial.quality = 7;
    const DiscardSummary worthless = discard_summary(constant, bootstrap, "fnmr");
    CHECK(worthless.ratio.value == doctest::Approx(1));
    CHECK(worthless.gained.value == doctest::Approx(0));

    const PairedDifference difference = discard_difference(trials_of(400, 40), constant, bootstrap);
    CHECK(difference.difference == doctest::Approx(oracle.ratio.value - 1));
    REQUIRE(difference.ci95);
    CHECK(difference.ci95->high < 0);
    CHECK(difference.p < 0.01);
  }

  TEST_CASE("what the data cannot support is refused") {
    const SubjectBootstrap bootstrap(20, 1);
    CHECK(discard_summary(trials_of(20, 0), bootstrap, "fmr").area.note == "no error to discard");
    CHECK(discard_summary({}, bootstrap, "fmr").start.note == "no judged comparison");
    const DiscardSummary few = discard_summary(trials_of(5, 1), bootstrap, "fmr");
    CHECK(few.ratio.value < 1);
    CHECK_FALSE(few.ratio.ci95);
  }
}

}  // namespace
}  // namespace robench
