// SPDX-License-Identifier: Apache-2.0
#include "suites/calibrate.h"

#include <doctest/doctest.h>

#include "tests/support/generated_face.h"

namespace robench {
namespace {

std::vector<CalibrationFace> generated_faces(std::uint32_t count) {
  std::vector<CalibrationFace> faces;
  for (std::uint32_t subject = 1; subject <= count; ++subject) {
    FaceRecipe recipe;
    recipe.subject = subject;
    const GeneratedFace face = render_face(recipe);
    faces.push_back({std::to_string(subject), crop_face(face.image, face.landmarks).value()});
  }
  return faces;
}

Suite suite_of(const std::string& calibrate, const std::string& perturb) {
  return parse_suite("suite: calibrated\nmodels: [null_model]\nseverity_set: calibrated\ncalibrate: " +
                         calibrate + "\nperturb:\n" + perturb,
                     "calibrated.yaml");
}

TEST_SUITE("suites") {
  TEST_CASE("per set: one strength, at which the faces' mean reaches the set point") {
    Suite suite = suite_of("{ to: ssim, at: [0.9, 0.8, 0.7, 0.6, 0.5] }",
                           "  - contrast: { severity: [1, 1.5, 2] }\n");
    const auto faces = generated_faces(3);
    const auto notes = calibrate_conditions(suite, faces);
    CHECK(notes.size() == 3);
    CHECK(notes.front().starts_with("calibrated contrast@1: factor "));
    CHECK(notes.front().find("(n = 3 faces)") != std::string::npos);
    for (const Condition& condition : suite.conditions) {
      if (condition.steps.empty()) continue;
      const PreparedCondition prepared(condition, suite.seed);
      double mean = 0;
      for (const CalibrationFace& face : faces)
        mean += similarity_at_face_scale(
                    SimilarityMeasure::ssim, face.crop.pixels,
                    prepared.apply(face.crop.pixels, face.crop.frame, face.sample, 1).image,
                    face.crop.frame) /
                3;
      CHECK(mean == doctest::Approx(1 - 0.1 * *condition.severity()).epsilon(0.01));
    }
  }

  TEST_CASE("to drift of a reference model") {
    Suite suite = suite_of("{ to: drift, model: null_model, at: [0.01, 0.02, 0.03, 0.04, 0.05] }",
                           "  - gamma: { severity: 2 }\n");
    const auto notes = calibrate_conditions(suite, generated_faces(4));
    REQUIRE(notes.size() == 1);
    // The note ends with what was reached: "... is 0.0199, set point 0.02, residual -0.0001 (n = 4
    // faces)".
    const std::string marker = "mean drift (1 - cosine) is ";
    const std::size_t at = notes.front().find(marker);
    REQUIRE(at != std::string::npos);
    CHECK(std::stod(notes.front().substr(at + marker.size())) == doctest::Approx(0.02).epsilon(0.1));
    CHECK(suite.conditions.back().severity() == 2);  // the set point keeps its name
  }

  TEST_CASE("per image: the strength is left to each picture") {
    Suite suite = suite_of("{ to: psnr, per: image, at: [35, 30, 25, 20, 15] }",
                           "  - gamma: { severity: 2 }\n  - chain: [low_light@1, gamma@5]\n");
    const auto notes = calibrate_conditions(suite, {});
    REQUIRE(notes.size() == 1);
    CHECK(notes.front().find("calibration_residual") != std::string::npos);
    const Step& step = suite.conditions[1].steps.front();
    CHECK(step.set_point == SetPoint{SimilarityMeasure::psnr, 30});
    CHECK_FALSE(step.params.contains("gamma"));
    CHECK(suite.conditions[2].steps[1].set_point->target == 15);
  }
}

}  // namespace
}  // namespace robench
