// SPDX-License-Identifier: Apache-2.0
#include "perturb/calibration.h"

#include <doctest/doctest.h>

#include <cmath>

#include "perturb/condition.h"
#include "perturb/picture_similarity.h"
#include "tests/support/generated_face.h"

using namespace robench;

namespace {

Image plain(int level) { return Image(cv::Mat(40, 50, CV_8UC3, cv::Scalar::all(level))); }

const GeneratedFace& head() {
  static const GeneratedFace face = render_face({});
  return face;
}

const PerturbationSpec& spec_of(const char* name) { return find_perturbation(name)->spec; }

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("PSNR by hand") {
  CHECK(psnr_db(plain(100), plain(110)) == doctest::Approx(10 * std::log10(255.0 * 255 / 100)));
  CHECK(std::isinf(psnr_db(plain(7), plain(7))));
}

TEST_CASE("SSIM by hand") {
  // Without variance only the luminance term is left: (2ab + C1) / (a^2 + b^2 + C1), C1 = (0.01 255)^2.
  const double c1 = 2.55 * 2.55;
  CHECK(ssim(plain(100), plain(110)) ==
        doctest::Approx((2 * 100 * 110 + c1) / (100 * 100 + 110 * 110 + c1)).epsilon(1e-5));
  CHECK(ssim(head().image, head().image) == doctest::Approx(1).epsilon(1e-6));
  // A checkerboard and its negative have opposite structure: close to -1.
  cv::Mat board(40, 50, CV_8UC3);
  for (int y = 0; y < board.rows; ++y)
    for (int x = 0; x < board.cols; ++x)
      board.at<cv::Vec3b>(y, x) = cv::Vec3b::all((x + y) % 2 == 0 ? 64 : 191);
  cv::Mat negative;
  cv::bitwise_not(board, negative);
  CHECK(ssim(Image(board), Image(negative)) < -0.9);
}

TEST_CASE("bisection finds the severity, or the end that comes closest") {
  const auto falling = [](double severity) { return 1 - severity / 10; };
  const SolvedSeverity solved = solve_severity(spec_of("gamma"), 0.75, true, falling);
  CHECK(solved.severity == doctest::Approx(2.5).epsilon(0.002));
  CHECK(solved.value == doctest::Approx(0.75).epsilon(0.001));
  CHECK(solve_severity(spec_of("gamma"), 0.3, true, falling).severity == 5);       // never that low
  CHECK(solve_severity(spec_of("gamma"), 0.9999, true, falling).severity < 0.01);  // at once
  const auto rising = [](double severity) { return severity / 10; };
  CHECK(solve_severity(spec_of("gamma"), 0.125, false, rising).severity ==
        doctest::Approx(1.25).epsilon(0.004));
}

TEST_CASE("each picture is brought to the set point, and the residual is reported") {
  for (const char* name : {"gamma", "contrast", "low_light"}) {
    CAPTURE(name);
    Step step = step_at_severity(name, 3);
    step.set_point = SetPoint{SimilarityMeasure::ssim, 0.8};
    step.params.erase(step.spec().strength);
    const PreparedCondition prepared({{step}, Stage::crop}, 1);
    for (const std::uint32_t subject : {1U, 2U}) {
      FaceRecipe recipe;
      recipe.subject = subject;
      const GeneratedFace face = render_face(recipe);
      const Frame frame(face.landmarks);
      const Perturbed result = prepared.apply(face.image, frame, "sample", 0);
      const double reached =
          similarity_at_face_scale(SimilarityMeasure::ssim, face.image, result.image, frame);
      CHECK(reached == doctest::Approx(0.8).epsilon(0.01));
      REQUIRE(result.calibration_residual.has_value());
      CHECK(*result.calibration_residual == doctest::Approx(reached - 0.8).epsilon(1e-9));
    }
  }
}

TEST_CASE("a set point is part of what the pixels depend on, and of the row") {
  Step step = step_at_severity("gamma", 3);
  const Condition plain_condition{{step}, Stage::crop};
  step.set_point = SetPoint{SimilarityMeasure::psnr, 25};
  step.params.erase("gamma");
  const Condition calibrated{{step}, Stage::crop};
  CHECK(calibrated.pixel_key() == "crop:gamma/1(psnr=25)/calibration 1");
  CHECK(calibrated.pixel_key() != plain_condition.pixel_key());
  CHECK(calibrated.params() == "psnr=25");
  CHECK(calibrated.label() == "gamma@3");
}

TEST_SUITE_END();
