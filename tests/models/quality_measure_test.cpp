// SPDX-License-Identifier: Apache-2.0
#include "models/quality_measure.h"

#include <chrono>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "models/luma_histogram.h"
#include "perturb/condition.h"
#include "tests/support/generated_face.h"

namespace robench {
namespace {

using Values = std::map<std::string, QualityValue>;

Values measured(const Image& picture, const Landmarks& landmarks, double rival_area = 0) {
  const auto crop = crop_face(picture, landmarks);
  REQUIRE(crop.has_value());
  const auto values = assess_quality(quality_face(picture, landmarks, *crop, rival_area));
  Values by_name;
  for (std::size_t i = 0; i < values.size(); ++i) by_name[quality_measures()[i].name] = values[i];
  return by_name;
}

Values measured(const GeneratedFace& face) { return measured(face.image, face.landmarks); }

FaceRecipe recipe(std::uint32_t subject = 1) {
  FaceRecipe recipe;
  recipe.subject = subject;
  recipe.ambient = 0.8;
  recipe.light_azimuth_deg = 0;
  return recipe;
}

constexpr std::uint32_t kHeads = 3;

const GeneratedFace& head(std::uint32_t subject) {
  static std::map<std::uint32_t, GeneratedFace> rendered;
  auto found = rendered.find(subject);
  if (found == rendered.end()) found = rendered.emplace(subject, render_face(recipe(subject))).first;
  return found->second;
}

/// Mean raw value of a measure over some heads under a perturbation of the whole photograph.
double under(const std::string& measure, const std::string& perturbation, double severity,
             const Params& given = {}) {
  const PreparedCondition condition({{step_at_severity(perturbation, severity, given)}, Stage::capture},
                                    1);
  double sum = 0;
  for (std::uint32_t subject = 1; subject <= kHeads; ++subject) {
    const GeneratedFace& face = head(subject);
    const Perturbed result =
        condition.apply(face.image, Frame(face.landmarks), std::to_string(subject), 1);
    sum += measured(result.image, *result.landmarks)[measure].raw;
  }
  return sum / kHeads;
}

/// The measure moves one way only, from the clean picture to severity 5.
void check_monotone(const std::string& measure, const std::string& perturbation, double sign,
                    const Params& given = {}) {
  double before = under(measure, perturbation, 0, given);
  for (int severity = 1; severity <= 5; ++severity) {
    INFO(measure << " under " << perturbation << "@" << severity);
    const double now = under(measure, perturbation, severity, given);
    CHECK(sign * now >= sign * before - 1e-9);
    before = now;
  }
  CHECK(sign * before > sign * under(measure, perturbation, 0, given));
}

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("quality: each measure follows the perturbation that it is about") {
    check_monotone("sharpness", "gaussian_blur", -1);
    check_monotone("sharpness", "low_resolution", -1);
    check_monotone("sharpness", "motion_blur", -1);
    check_monotone("luminance_mean", "low_light", -1);
    check_monotone("under_exposure_prevention", "low_light", 1);
    check_monotone("over_exposure_prevention", "over_exposure", 1);
    check_monotone("dynamic_range", "fog", -1);
    check_monotone("luminance_variance", "contrast", -1);
    check_monotone("illumination_uniformity", "side_light", -1);
    check_monotone("compression_artifacts", "jpeg", 1);
    check_monotone("shadow_pattern", "cast_shadow", 1);
  }

  TEST_CASE("quality: a clean head has good scores, and 0..100 or -1 always") {
    for (const auto& measure : measured(head(1))) {
      const QualityValue& value = measure.second;
      INFO(measure.first << " " << value.raw);
      CHECK(std::isfinite(value.raw));
      CHECK(value.score >= (measure.first == "inter_eye_distance" ? 70 : 60));
      CHECK(value.score <= 100);
    }
  }

  TEST_CASE("quality: the turn of the head is that of the recipe") {
    for (const double angle : {-25.0, 0.0, 25.0}) {
      FaceRecipe turned = recipe();
      turned.yaw_deg = angle;
      CHECK(measured(render_face(turned))["head_pose_yaw"].raw ==
            doctest::Approx(angle).epsilon(0.4).scale(10));
      FaceRecipe tilted = recipe();
      tilted.roll_deg = angle;
      CHECK(measured(render_face(tilted))["head_pose_roll"].raw ==
            doctest::Approx(angle).epsilon(0.02).scale(10));
    }
    FaceRecipe up = recipe();
    up.pitch_deg = 20;
    FaceRecipe down = recipe();
    down.pitch_deg = -20;
    CHECK(measured(render_face(up))["head_pose_pitch"].raw >
          measured(render_face(down))["head_pose_pitch"].raw + 15);
    CHECK(angle_score(0) == doctest::Approx(100));
    CHECK(angle_score(60) == doctest::Approx(25));
    CHECK(angle_score(-120) == 0);
  }

  TEST_CASE("quality: distances are of the photograph, however large") {
    FaceRecipe large = recipe();
    large.inter_eye_px = 150;
    large.size_px = 800;
    const auto small = measured(head(1));
    const auto big = measured(render_face(large));
    CHECK(big.at("inter_eye_distance").raw ==
          doctest::Approx(2.5 * small.at("inter_eye_distance").raw).epsilon(0.02));
    CHECK(big.at("inter_eye_distance").score == 100);
    CHECK(big.at("luminance_mean").raw == doctest::Approx(small.at("luminance_mean").raw).epsilon(0.02));
    CHECK(big.at("illumination_uniformity").raw ==
          doctest::Approx(small.at("illumination_uniformity").raw).epsilon(0.08));
  }

  TEST_CASE("quality: hand-made pictures have the values that they must have") {
    const GeneratedFace& face = head(1);
    const auto flat = [&](const cv::Scalar& colour) {
      return measured(Image(cv::Mat(face.image.bgr().size(), CV_8UC3, colour)), face.landmarks);
    };
    const auto grey = flat(cv::Scalar::all(128));
    CHECK(grey.at("luminance_mean").raw == doctest::Approx(128 / 255.0));
    CHECK(grey.at("luminance_variance").raw == 0);
    CHECK(grey.at("dynamic_range").raw == 0);
    CHECK(grey.at("dynamic_range").score == 0);
    CHECK(grey.at("illumination_uniformity").raw == doctest::Approx(1));
    CHECK(grey.at("compression_artifacts").raw == doctest::Approx(1));
    CHECK(grey.at("shadow_pattern").raw == doctest::Approx(0).scale(1e-3));
    CHECK(grey.at("sharpness").raw == 0);
    CHECK(grey.at("sharpness").score == 0);
    CHECK(grey.at("natural_colour").raw == doctest::Approx(std::hypot(5, 5)).epsilon(0.01));
    CHECK(flat(cv::Scalar::all(0)).at("under_exposure_prevention").raw == 1);
    CHECK(flat(cv::Scalar::all(255)).at("over_exposure_prevention").raw == 1);
    CHECK(flat(cv::Scalar(255, 0, 0)).at("natural_colour").score == 0);

    cv::Mat1b halves(4, 4, uchar{10});
    halves.colRange(2, 4) = 200;
    const cv::Mat1b everywhere(4, 4, uchar{255});
    CHECK(luma_shares(halves, everywhere)[10] == doctest::Approx(0.5));
    CHECK(share_between(halves, everywhere, 11, 255) == doctest::Approx(0.5));
    CHECK(std::isnan(share_between(halves, cv::Mat1b(4, 4, uchar{0}), 0, 255)));
  }

  TEST_CASE("quality: another face as large is a rival") {
    const GeneratedFace& face = head(1);
    CHECK(measured(face.image, face.landmarks, 0.25)["single_face_present"].score == 75);
    CHECK(measured(face.image, face.landmarks, 3)["single_face_present"].score == 0);
  }

  TEST_CASE("quality: a face outside of the picture is a failure to assess") {
    const GeneratedFace& face = head(1);
    const auto crop = crop_face(face.image, face.landmarks);
    const Landmarks outside = transformed(face.landmarks, {1, 0, 400, 0, 1, 0});
    CHECK_FALSE(quality_face(face.image, outside, *crop).has_value());
    CHECK_FALSE(quality_face(face.image, Landmarks{}, *crop).has_value());
    for (const QualityValue& value : assess_quality(std::nullopt)) {
      CHECK(std::isnan(value.raw));
      CHECK(value.score == -1);
    }
  }

  TEST_CASE("quality: a face costs less than 3 ms, whatever its size") {
    for (const double scale : {1.0, 8.0}) {
      cv::Mat pixels;
      cv::resize(head(1).image.bgr(), pixels, {}, scale, scale, cv::INTER_CUBIC);
      const GeneratedFace face{Image(pixels),
                               transformed(head(1).landmarks, {scale, 0, 0, 0, scale, 0})};
      const auto crop = crop_face(face.image, face.landmarks);
      double best = 1e9;  // other programs may run beside the test
      for (int i = 0; i < 5; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const auto values = assess_quality(quality_face(face.image, face.landmarks, *crop));
        const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
        best = std::min(best, spent.count());
        CHECK(values.size() == quality_measures().size());
      }
      MESSAGE("all quality measures of a face " << face.landmarks.inter_eye_px()
                                                << " px between the eyes: " << best << " ms");
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
      CHECK(best < (scale > 1 ? 40 : 10));
#endif
    }
  }

  TEST_CASE("the README's table of quality measures is what the program knows") {
    std::ifstream stream(std::string(ROBENCH_SOURCE_DIR) + "/models/README.md");
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    for (const QualityMeasureSpec& measure : quality_measures())
      CHECK_MESSAGE(text.find(fmt::format("| `{}` | {} | {} | {} |", measure.name, measure.unit,
                                          measure.summary, measure.mapping)) != std::string::npos,
                    fmt::format("| `{}` | {} | {} | {} |", measure.name, measure.unit, measure.summary,
                                measure.mapping));
  }
}

}  // namespace robench
