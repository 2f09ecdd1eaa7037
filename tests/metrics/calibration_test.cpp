// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include "metrics/metric.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

TEST_SUITE("metrics") {
  TEST_CASE("calibration residuals: mean, worst, and what is left out") {
    const EvaluationData data = test::data_of(test::samples_of({"ada", "bo", "cy", "di"}));
    const auto clean = test::table_of_angles({0, 30, 60, 90});
    EmbeddingTable solved = clean;
    // The second picture had no face, the last did not change: its PSNR is infinite.
    solved.calibration_residual = {0.01F, EmbeddingTable::kNotMeasured, -0.03F,
                                   std::numeric_limits<float>::infinity()};
    const auto measures = test::evaluate("calibration", test::card_of(Comparison::cosine, 0.5), data,
                                         clean, {&solved}, test::from_card());
    test::check_honest(measures);
    CHECK(test::find(measures, "calibration_residual")->value == doctest::Approx(-0.01));
    CHECK(test::find(measures, "calibration_residual")->n == 2);
    CHECK(test::find(measures, "calibration_residual_max_abs")->value == doctest::Approx(0.03));
  }

  TEST_CASE("given strengths have no residual, and the measure says so") {
    const EvaluationData data = test::data_of(test::samples_of({"ada", "bo"}));
    const auto clean = test::table_of_angles({0, 30});
    const auto measures = test::evaluate("calibration", test::card_of(Comparison::cosine, 0.5), data,
                                         clean, {&clean}, test::from_card());
    test::check_honest(measures);
    CHECK(std::isnan(test::find(measures, "calibration_residual")->value));
  }
}

}  // namespace
}  // namespace robench
