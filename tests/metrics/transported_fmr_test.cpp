// SPDX-License-Identifier: Apache-2.0
// Another population's threshold: the rate here, before and after matching photographs.
#include <cmath>

#include "metrics/covariate_matching.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

using doctest::Approx;

constexpr int kSubjects = 120;

Landmarks eyes_apart(float px) {
  Landmarks landmarks;
  for (int k = 36; k <= 41; ++k) landmarks.points[k] = {100, 100};
  for (int k = 42; k <= 47; ++k) landmarks.points[k] = {100 + px, 100};
  return landmarks;
}

/// One photograph each; every second one blurred, and only blurred ones look alike: at 0 degrees.
struct Here {
  Here() : data(test::data_of(test::samples_of(test::repeated_subjects(kSubjects, 1)))) {
    std::vector<double> angles;
    for (int i = 0; i < kSubjects; ++i) {
      const bool blurred = i % 2 == 0;
      angles.push_back(blurred ? 0 : 30 + 2.5 * i);
      data.faces[i].face.landmarks = eyes_apart(static_cast<float>(50 + i % 7));
      brightness.push_back(static_cast<float>(0.4 + 0.01 * (i % 5)));
      sharpness.push_back(static_cast<float>(blurred ? 0.05 : 0.10));
    }
    clean = test::table_of_angles(angles);
    clean.brightness = brightness;
    clean.sharpness = sharpness;
  }

  [[nodiscard]] std::vector<Covariates> population(bool (*wanted)(int)) const {
    std::vector<Covariates> faces;
    for (int i = 0; i < kSubjects; ++i)
      if (wanted(i)) faces.push_back({50.0 + i % 7, brightness[i], sharpness[i]});
    return faces;
  }

  [[nodiscard]] std::vector<Measure> rows() const {
    ThresholdRule rule;
    rule.from = ThresholdRule::From::run;
    rule.run_value = std::cos(1 * std::numbers::pi / 180);
    return test::evaluate("transported_fmr", test::card_of(), data, clean, {&clean}, rule);
  }

  EvaluationData data;
  EmbeddingTable clean;
  std::vector<float> brightness;
  std::vector<float> sharpness;
};

TEST_SUITE("metrics") {
  TEST_CASE("transported FMR by hand; matched to itself it is the same") {
    Here here;
    CHECK(here.rows().empty());  // the threshold is of no other run
    here.data.threshold_population = here.population([](int) { return true; });
    const auto rows = here.rows();
    test::check_honest(rows);
    // 60 blurred ones match each other: 60 x 59 of 120 x 119 comparisons.
    CHECK(test::find(rows, "transported_fmr")->value == Approx(60 * 59 / (120.0 * 119)));
    CHECK(test::find(rows, "transported_fmr")->n == 120 * 119);
    CHECK(test::find(rows, "transported_fmr:matched")->value == Approx(60 * 59 / (120.0 * 119)));
    CHECK(test::find(rows, "transported_smd:sharpness")->value == Approx(0));
  }

  TEST_CASE("transported FMR: blurred photographs count less where the other run has fewer of them") {
    Here here;
    here.data.threshold_population = here.population([](int i) { return i % 2 == 1 || i % 6 == 0; });
    const auto rows = here.rows();
    test::check_honest(rows);
    CHECK(test::find(rows, "transported_smd:sharpness")->value < -0.4);
    CHECK(test::find(rows, "transported_smd_matched:sharpness")->value == Approx(0).epsilon(1e-6));
    // A share of 1/4 blurred instead of 1/2: about a sixteenth of the comparisons instead of a quarter.
    CHECK(test::find(rows, "transported_fmr:matched")->value == Approx(1 / 16.0).epsilon(0.1));
  }

  TEST_CASE("transported FMR: no balance, no covariates") {
    Here here;
    here.data.threshold_population = std::vector<Covariates>(50, {200, 0.9, 0.5});
    auto rows = here.rows();
    test::check_honest(rows);
    CHECK(std::isnan(test::find(rows, "transported_fmr:matched")->value));
    here.clean.brightness.clear();
    rows = here.rows();
    test::check_honest(rows);
    CHECK(std::isnan(test::find(rows, "transported_smd:brightness")->value));
    CHECK_FALSE(std::isnan(test::find(rows, "transported_fmr")->value));
  }
}

}  // namespace
}  // namespace robench
