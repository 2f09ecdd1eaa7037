// SPDX-License-Identifier: Apache-2.0
// Do 95 % intervals hold the truth 95 times in 100? Planted truth: subjects on a circle, whose pictures
// share most of the perturbation's effect, so that comparisons of one subject are far from independent.
#include <cmath>
#include <map>
#include <numbers>

#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

constexpr int kCoveredSubjects = 60;
constexpr int kSamples = 3;        // per subject
constexpr double kSubjectSd = 20;  // deg: shift that all samples of a subject share
constexpr double kSampleSd = 10;   // deg: shift of its own
constexpr double kBaseSd = 30;     // deg: where subjects lie
constexpr double kAcceptDeg = 30;  // threshold

struct Simulation {
  std::vector<Measure> verification;
  std::vector<Measure> drift;
};

Simulation simulate(int run) {
  const RandomStream base(run, "base", "", "", 0);
  const RandomStream shared = base.fork("shared");
  const RandomStream own = base.fork("own");
  std::vector<double> clean;
  std::vector<double> perturbed;
  for (int subject = 0; subject < kCoveredSubjects; ++subject)
    for (int k = 0; k < kSamples; ++k) {
      clean.push_back(kBaseSd * base.normal(subject));
      perturbed.push_back(clean.back() + kSubjectSd * shared.normal(subject) +
                          kSampleSd * own.normal(subject * kSamples + k));
    }
  const EvaluationData data =
      test::data_of(test::samples_of(test::repeated_subjects(kCoveredSubjects, kSamples)), {}, {}, run);
  const EmbeddingTable clean_table = test::table_of_angles(clean);
  const EmbeddingTable table = test::table_of_angles(perturbed);
  const ModelCard card =
      test::card_of(Comparison::cosine, std::cos(kAcceptDeg * std::numbers::pi / 180));
  return {test::evaluate("verification", card, data, clean_table, {&table}, test::from_card()),
          test::evaluate("drift", card, data, clean_table, {&table}, test::from_card())};
}

/// P(|X| > limit) of X ~ N(0, sd^2).
double beyond(double limit, double sd) { return std::erfc(limit / sd / std::numbers::sqrt2); }

TEST_SUITE("metrics") {
  TEST_CASE("subject-bootstrap intervals cover the planted truth; independent-trial intervals do not") {
    constexpr int kRuns = 300;
    const double shift_sd = std::hypot(kSubjectSd, kSampleSd);
    const double stranger_sd = std::hypot(shift_sd, kBaseSd * std::numbers::sqrt2);
    const std::map<std::string, double> truth = {
        {"fnmr", beyond(kAcceptDeg, shift_sd)},
        {"self_non_match_rate", beyond(kAcceptDeg, shift_sd)},
        {"fmr", 1 - beyond(kAcceptDeg, stranger_sd)},
        {"drift_angle_deg", shift_sd * std::sqrt(2 / std::numbers::pi)}};
    std::map<std::string, int> covered;
    int covered_by_binomial = 0;
    for (int run = 0; run < kRuns; ++run) {
      const Simulation simulation = simulate(run);
      for (const auto& [name, value] : truth) {
        const Measure* measure = test::find(simulation.verification, name);
        if (measure == nullptr) measure = test::find(simulation.drift, name);
        REQUIRE(measure != nullptr);
        REQUIRE(measure->ci95.has_value());
        covered[name] += measure->ci95->low <= value && value <= measure->ci95->high;
        if (name != "fnmr") continue;
        const double se =
            std::sqrt(measure->value * (1 - measure->value) / static_cast<double>(measure->n));
        covered_by_binomial += std::abs(measure->value - value) <= 1.96 * se;
      }
    }
    const double monte_carlo = 3 * std::sqrt(0.95 * 0.05 / kRuns);  // 3.8 %
    for (const auto& [name, count] : covered) {
      const double coverage = static_cast<double>(count) / kRuns;
      MESSAGE(name, ": covered in ", count, " of ", kRuns);
      CHECK(coverage >= 0.95 - monte_carlo);
      CHECK(coverage <= 0.95 + monte_carlo);
    }
    MESSAGE("fnmr as independent trials: covered in ", covered_by_binomial, " of ", kRuns);
    CHECK(covered_by_binomial < 0.9 * kRuns);
  }
}

}  // namespace
}  // namespace robench
