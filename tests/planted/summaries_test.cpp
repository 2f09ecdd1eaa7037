// SPDX-License-Identifier: Apache-2.0
// Summaries of runs whose true error rates are known: 100 subjects, whose refusals under all severities
// hang together.
#include <array>
#include <atomic>
#include <cmath>
#include <numbers>

#include "tests/metrics/summary_fixture.h"
#include "tests/planted/simulations.h"

namespace robench {
namespace {

using planted::kSimulations;
using test::row;
using test::SummaryRun;

constexpr int kSubjects = 100;
constexpr int kSummaryReplicates = 400;
constexpr double kShared = 0.7;  // of the latent variance belongs to the subject

/// P(X > limit) of a standard normal X.
double upper(double limit) { return std::erfc(limit / std::numbers::sqrt2) / 2; }

/// The limits at severities 0 to 5; the rates are upper(limit).
using Limits = std::array<double, 6>;
constexpr Limits kMild = {2.2, 1.9, 1.6, 1.3, 1.0, 0.7};
constexpr Limits kStrong = {2.0, 1.5, 1.2, 0.9, 0.6, 0.3};

double mean_rate(const Limits& limits) {
  double sum = 0;
  for (int s = 1; s <= 5; ++s) sum += upper(limits[s]) / 5;
  return sum;
}

void add_model(SummaryRun& run, const std::string& model, const Limits& limits,
               const RandomStream& people, const RandomStream& own, const char* perturbation = "haze") {
  const RandomStream noise = own.fork(model).fork(perturbation);
  for (int s = 0; s <= 5; ++s) {
    const auto refused = [&](int unit) {
      const double latent =
          std::sqrt(kShared) * people.normal(unit) + std::sqrt(1 - kShared) * noise.normal(unit * 6 + s);
      return latent > limits[s];
    };
    if (s == 0)
      run.add_clean(model, refused);
    else
      run.add(model, perturbation, "optics", s, refused);
  }
}

SubjectBootstrap bootstrap_of(int simulation) {
  return {kSubjects, static_cast<std::uint64_t>(simulation), kSummaryReplicates};
}

TEST_SUITE("planted") {
  TEST_CASE("intervals of mean error, area, mCE, difference and breakdown hold the truth") {
    const char* const name = "planted_summaries_coverage";
    std::array<std::atomic<int>, 5> covered{};
    std::atomic<int> refused = 0;
    tbb::parallel_for(0, kSimulations, [&](int s) {
      const RandomStream stream = planted::simulation_stream(name, s);
      const RandomStream people = stream.fork("people");
      SummaryRun run(kSubjects);
      add_model(run, "a", kMild, people, stream);
      add_model(run, "b", kStrong, people, stream);
      const SummaryInput input = run.input(bootstrap_of(s), {"b", {"haze"}, upper(1.0)});
      const auto mean = test::summarise("mean_error", input);
      const auto area = test::summarise("severity_area", input);
      const auto mce = test::summarise("corruption_error", input);
      const auto ranking = test::summarise("ranking", input);
      const auto breakdown = test::summarise("breakdown_severity", input);
      double true_area = upper(kMild[0]) / 2 + upper(kMild[5]) / 2;
      for (int k = 1; k < 5; ++k) true_area += upper(kMild[k]);
      const auto count = [&](std::size_t k, const Measure& measure, double truth) {
        covered[k] += planted::covers(measure.ci95, truth) ? 1 : 0;
        refused += std::isnan(measure.value) ? 1 : 0;
      };
      count(0, row(mean, "a", "haze", "mean_error:fnmr"), mean_rate(kMild));
      count(1, row(area, "a", "haze", "severity_area:fnmr"), true_area / 5);
      count(2, row(mce, "a", "all", "mce"), mean_rate(kMild) / mean_rate(kStrong));
      count(3, row(ranking, "a", "all", "difference:fnmr:b"), mean_rate(kMild) - mean_rate(kStrong));
      count(4, row(breakdown, "b", "haze", "breakdown_severity"), 2 + (1.2 - 1.0) / 0.3);
    });
    CHECK(refused == 0);
    const auto share = [&](std::size_t k) { return static_cast<double>(covered[k]) / kSimulations; };
    planted::check_coverage("mean error", share(0));
    planted::check_coverage("area under the severity curve", share(1));
    planted::check_coverage("mCE", share(2));
    planted::check_coverage("paired difference of mean errors", share(3));
    planted::check_coverage("breakdown severity", share(4));
  }

  TEST_CASE("a planted breakdown severity is recovered") {
    // 3, 6, 9, 12, 15 of 100 refused: 10 % lies a third of the way from 3 to 4.
    SummaryRun run(kSubjects);
    run.add_clean("a", [](int) { return false; });
    for (int s = 1; s <= 5; ++s)
      run.add("a", "haze", "optics", s, [s](int unit) { return unit < 3 * s; });
    const auto rows = test::summarise("breakdown_severity", run.input(bootstrap_of(0)));
    CHECK(row(rows, "a", "haze", "breakdown_severity").value == doctest::Approx(10.0 / 3));
  }

  TEST_CASE("two exchangeable models are each first half of the time; a better one always") {
    const char* const name = "planted_ranking";
    std::atomic<int> sure = 0;
    std::atomic<int> first = 0;
    std::atomic<int> flips = 0;
    std::atomic<int> better = 0;
    tbb::parallel_for(0, kSimulations, [&](int s) {
      const RandomStream stream = planted::simulation_stream(name, s);
      const RandomStream people = stream.fork("people");
      SummaryRun run(kSubjects);
      add_model(run, "a", kStrong, people, stream);
      add_model(run, "b", kStrong, people, stream);
      const auto rows = test::summarise("ranking", run.input(bootstrap_of(s)));
      const double share = row(rows, "a", "all", "lower_error_share:fnmr:b").value;
      sure += share <= 0.025 || share >= 0.975 ? 1 : 0;
      first += share > 0.5 ? 1 : 0;
      flips += row(rows, "all", "all", "ranking_flip_rate:fnmr").value > 0.25 ? 1 : 0;
      if (s >= 200) return;
      SummaryRun unequal(kSubjects);
      Limits hopeless = kStrong;
      for (double& limit : hopeless) limit -= 1;
      add_model(unequal, "a", kStrong, people, stream);
      add_model(unequal, "b", hopeless, people, stream);
      better += row(test::summarise("ranking", unequal.input(bootstrap_of(s))), "a", "all",
                    "lower_error_share:fnmr:b")
                            .value == 1
                    ? 1
                    : 0;
    });
    MESSAGE("exchangeable: a first in ", 100.0 * first / kSimulations,
            " %, flips in more than a quarter of ", "the draws in ", 100.0 * flips / kSimulations, " %");
    planted::check_size("95 % sure of an order that is none", static_cast<double>(sure) / kSimulations);
    CHECK(std::abs(static_cast<double>(first) / kSimulations - 0.5) < 0.025);
    CHECK(better == 200);
  }

  TEST_CASE("the worst of equals looks too bad; the correction takes part of it back") {
    const char* const name = "planted_worst_case";
    constexpr int kRuns = 1000;
    std::array<double, kRuns> raw{};
    std::array<double, kRuns> corrected{};
    tbb::parallel_for(0, kRuns, [&](int s) {
      const RandomStream stream = planted::simulation_stream(name, s);
      SummaryRun run(kSubjects);
      for (const char* perturbation : {"haze", "rain", "snow", "smoke"})
        add_model(run, "a", kStrong, stream.fork(perturbation), stream, perturbation);
      const auto rows = test::summarise("worst_case", run.input(bootstrap_of(s)));
      raw[s] = row(rows, "a", "all", "worst_case:fnmr").value - mean_rate(kStrong);
      corrected[s] = row(rows, "a", "all", "worst_case_corrected:fnmr").value - mean_rate(kStrong);
    });
    double raw_bias = 0;
    double corrected_bias = 0;
    for (int s = 0; s < kRuns; ++s) {
      raw_bias += raw[s] / kRuns;
      corrected_bias += corrected[s] / kRuns;
    }
    MESSAGE("bias of the worst of four equals: ", raw_bias, ", corrected ", corrected_bias,
            " at a rate of ", mean_rate(kStrong));
    CHECK(raw_bias > 0.02);
    CHECK(std::abs(corrected_bias) < 0.6 * raw_bias);
  }
}

}  // namespace
}  // namespace robench
