// SPDX-License-Identifier: Apache-2.0
#include "metrics/geometry_controls.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include <tbb/parallel_for.h>

#include "metrics/ridge_probe.h"

namespace robench {
namespace {

TEST_SUITE("metrics") {
  TEST_CASE("reliability: ICC(1) by hand") {
    // Means 2, 6, 10; between 2 (16 + 0 + 16) / 2 = 32, within 6 / 3 = 2; a single picture does not
    // count.
    const SubjectBootstrap bootstrap(4, 1);
    const Eigen::VectorXd values{{1, 3, 5, 7, 9, 11, 400}};
    const std::vector<int> unit{0, 0, 1, 1, 2, 2, 3};
    const auto result = reliability(values, unit, bootstrap);
    REQUIRE(result.has_value());
    CHECK(result->icc == doctest::Approx(30.0 / 34));
    CHECK(result->subjects == 3);
    CHECK(result->samples == 6);
    CHECK_FALSE(result->ci95.has_value());
    CHECK_FALSE(reliability(Eigen::VectorXd::Ones(7), unit, bootstrap).has_value());
  }

  TEST_CASE("reliability: the interval covers a planted ICC of one half in about 95 of 100 runs") {
    constexpr int kRuns = 1000, kSubjects = 120;
    std::atomic<int> covered = 0;
    tbb::parallel_for(0, kRuns, [&](int run) {
      const RandomStream stream(run, "planted icc", "", "", 0);
      Eigen::VectorXd values(3 * kSubjects);
      std::vector<int> unit;
      for (int i = 0; i < 3 * kSubjects; ++i) {
        unit.push_back(i / 3);
        values[i] = stream.normal(i / 3) + stream.normal(10000 + i);
      }
      const auto result = reliability(values, unit, SubjectBootstrap(kSubjects, run, 400));
      covered += result->ci95->low <= 0.5 && 0.5 <= result->ci95->high;
    });
    MESSAGE("covered " << covered.load() << " of " << kRuns);
    CHECK(covered >= 925);
    CHECK(covered <= 970);
  }

  TEST_CASE("permutation test of the probe: 5 % of unrelated data reach p <= 0.05") {
    constexpr int kRuns = 5000, kSubjects = 100;
    std::atomic<int> rejected = 0;
    tbb::parallel_for(0, kRuns, [&](int run) {
      const RandomStream stream(run, "probe permutation null", "", "", 0);
      Eigen::MatrixXd x(kSubjects, 4), y(kSubjects, 1);
      std::vector<std::string> names;
      for (int i = 0; i < kSubjects; ++i) {
        names.push_back(std::to_string(i));
        for (int d = 0; d < 4; ++d) x(i, d) = stream.normal(4 * i + d);
        y(i, 0) = stream.normal(10000 + i);
      }
      const std::vector<int> fold = assign_folds(names, 5, run);
      const Eigen::MatrixXd guess = RidgeProbe(x, y, fold, 5).predict(x, fold);
      const std::vector<Eigen::Index> columns{0};
      rejected += test_predictions(guess, y, fold, columns, stream.fork("orders"), 99).p_mean <= 0.05;
    });
    MESSAGE("rejected " << rejected.load() << " of " << kRuns);
    CHECK(rejected >= 0.04 * kRuns);
    CHECK(rejected <= 0.06 * kRuns);
  }
}

}  // namespace
}  // namespace robench
