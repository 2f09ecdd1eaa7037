// SPDX-License-Identifier: Apache-2.0
#include "metrics/binned_curves.h"

#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

namespace robench {
namespace {

std::int64_t total(const Histogram& histogram) {
  return std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::int64_t{0});
}

/// 1,000 mated and as many non-mated trials with scores 0.5 + i/1000 and i/1000.
RunOutcomes even_run() {
  RunOutcomes run;
  ModelOutcomes model;
  ConditionOutcomes clean;
  clean.clean = true;
  ConditionOutcomes moved;
  for (int i = 0; i < 1000; ++i) {
    run.trials.push_back({0, 1, true, -1});
    run.trials.push_back({0, 1, false, -1});
    clean.scores.push_back(0.5F + static_cast<float>(i) / 1000);
    clean.scores.push_back(static_cast<float>(i) / 1000);
  }
  moved.scores = clean.scores;
  moved.scores[0] = std::numeric_limits<float>::quiet_NaN();
  clean.drift_deg = {0, 0, 0};
  moved.drift_deg = {10, 20, std::numeric_limits<float>::quiet_NaN()};
  model.conditions = {clean, moved};
  run.models.push_back(model);
  return run;
}

TEST_SUITE("metrics") {
  TEST_CASE(
      "binned curves: every acquired trial and face is in one bin, all conditions in the same bins") {
    const RunOutcomes run = even_run();
    const auto curves = binned_curves(run, run.models[0]);
    REQUIRE(curves.size() == 2);
    CHECK(total(curves[0].mated) == 1000);
    CHECK(total(curves[1].mated) == 999);
    CHECK(total(curves[0].non_mated) == 1000);
    CHECK(curves[0].mated.counts.size() == BinnedCurves::kScoreBins);
    CHECK(curves[0].mated.low == curves[1].non_mated.low);
    CHECK(curves[0].mated.high == doctest::Approx(1.5));
    CHECK(curves[0].drift_deg.counts.empty());  // the clean picture has none
    CHECK(total(curves[1].drift_deg) == 2);
    CHECK(curves[1].drift_deg.counts.at(2) == 1);  // 10 degrees, in bins of 4
  }

  TEST_CASE("binned curves: the thinned DET curve lies on the curve and holds its ends") {
    const RunOutcomes run = even_run();
    const auto det = binned_curves(run, run.models[0])[0];
    CHECK(det.fmr.size() <= 50);
    CHECK(det.fmr.size() > 15);
    // A mated score below t: 1000 (t - 0.5); a non-mated one at or above it: 1000 (1 - t); the sum is
    // 0.5.
    for (std::size_t i = 0; i < det.fmr.size(); ++i)
      if (det.fmr[i] > 0 && det.fmr[i] < 0.5)
        CHECK(det.fmr[i] + det.fnmr[i] == doctest::Approx(0.5).epsilon(0.01));
    for (std::size_t i = 1; i < det.fmr.size(); ++i) {
      CHECK(det.fmr[i] >= det.fmr[i - 1]);
      CHECK(det.fnmr[i] <= det.fnmr[i - 1]);
    }
  }

  TEST_CASE("binned curves: without trials and without faces there is nothing, and no bin of nothing") {
    RunOutcomes run;
    run.models.emplace_back();
    run.models[0].conditions.emplace_back();
    const auto curves = binned_curves(run, run.models[0]);
    CHECK(curves.at(0).mated.counts.empty());
    CHECK(curves.at(0).fmr.empty());
    // Equal scores: one bin holds them all.
    run.trials.push_back({0, 1, false, -1});
    run.models[0].conditions[0].scores = {0.25F};
    CHECK(total(binned_curves(run, run.models[0])[0].non_mated) == 1);
  }
}

}  // namespace
}  // namespace robench
