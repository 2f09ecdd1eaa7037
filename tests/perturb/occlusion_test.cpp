// SPDX-License-Identifier: Apache-2.0
// What is special about the occlusions: they cover what they say, where they say, on heads in any pose.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "perturb/condition.h"
#include "perturb/face_hull.h"
#include "perturb/srgb.h"
#include "tests/support/covered_share.h"
#include "tests/support/generated_face.h"

using namespace robench;

namespace {

GeneratedFace head_of(std::uint32_t subject, double yaw, double roll, double inter_eye_px = 40) {
  FaceRecipe recipe;
  recipe.subject = subject;
  recipe.yaw_deg = yaw;
  recipe.roll_deg = roll;
  recipe.inter_eye_px = inter_eye_px;
  recipe.size_px = static_cast<int>(5 * inter_eye_px);
  return render_face(recipe);
}

struct Value {
  const char* name;
  ParamValue value;
};

Perturbed perturbed(const GeneratedFace& face, const char* name, const std::vector<Value>& values,
                    std::uint64_t seed = 1) {
  Params given;
  for (const Value& value : values) given.set(value.name, value.value);
  return PreparedCondition({{step_at_value(name, given)}, Stage::crop}, seed)
      .apply(face.image, Frame(face.landmarks), "sample", 0);
}

// Pixels of a landmark's surroundings that changed by more than `least`.
bool changed_at(const GeneratedFace& face, const Image& result, std::size_t landmark, double least = 8) {
  const cv::Point at(face.landmarks.points[landmark]);
  return cv::norm(face.image.bgr().at<cv::Vec3b>(at), result.bgr().at<cv::Vec3b>(at), cv::NORM_INF) >
         least;
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("what is to cover a share of the face covers it within two percentage points") {
  std::uint32_t subject = 1;
  for (const double yaw : {-30.0, -12.0, 0.0, 12.0, 30.0}) {
    for (const double roll : {-20.0, 0.0, 20.0}) {
      const GeneratedFace face = head_of(subject, yaw, roll, 30 + subject);
      CAPTURE(yaw);
      CAPTURE(roll);
      CHECK(worst_covered_share_miss(face.image, face.landmarks, "head " + std::to_string(subject),
                                     subject) <= 0.02);
      ++subject;
    }
  }
}

TEST_CASE("the covered share is that of the pixels that changed") {
  // Every pixel of the hull that a black patch covers is black, and no other.
  const GeneratedFace face = head_of(3, 10, 8);
  const Perturbed result = perturbed(face, "feature_patch", {{"feature", "nose"}, {"covered", 0.25}});
  const FaceHull hull(FaceFit(Frame(face.landmarks), face.image.bgr().size()), face.image.bgr().size());
  std::size_t black = 0;
  for (const cv::Point& pixel : hull.pixels())
    black += result.image.bgr().at<cv::Vec3b>(pixel) == cv::Vec3b() ? 1 : 0;
  const double share = static_cast<double>(black) / static_cast<double>(hull.pixels().size());
  CHECK(share == doctest::Approx(0.25).epsilon(0.08));
}

TEST_CASE("every occlusion says how much it covers, and more at severity 5 than at 1") {
  const GeneratedFace face = head_of(5, -15, 5);
  for (const RegisteredPerturbation& entry : perturbation_registry()) {
    if (entry.family != "occlusion") continue;
    CAPTURE(entry.spec.name);
    const auto covered_at = [&](double severity) {
      return PreparedCondition({{step_at_severity(entry.spec.name, severity)}, Stage::crop}, 1)
          .apply(face.image, Frame(face.landmarks), "sample", 0)
          .covered_fraction.value();
    };
    CHECK(covered_at(5) > 0.15);
    CHECK(covered_at(5) < 0.75);
    CHECK(covered_at(5) > covered_at(1));
  }
}

TEST_CASE("a face outside of the picture, or none, is survived and reported") {
  const GeneratedFace face = head_of(1, 0, 0);
  const Landmarks away = transformed(face.landmarks, {1, 0, 5000, 0, 1, 0});
  for (const RegisteredPerturbation& entry : perturbation_registry()) {
    if (entry.family != "occlusion") continue;
    CAPTURE(entry.spec.name);
    const Perturbed result = PreparedCondition({{step_at_severity(entry.spec.name, 3)}, Stage::crop}, 1)
                                 .apply(face.image, Frame(away), "sample", 0);
    CHECK(result.covered_fraction == 0.0);
    CHECK(result.image == face.image);
  }
}

TEST_CASE("a mask covers the mouth, and the nose as far as it is told to") {
  for (const double yaw : {-25.0, 0.0, 25.0}) {
    const GeneratedFace face = head_of(2, yaw, 10);
    for (const char* mask : {"surgical_mask", "cloth_mask"}) {
      CAPTURE(mask);
      CAPTURE(yaw);
      const Image low = perturbed(face, mask, {{"nose_coverage", 0.0}}).image;
      const Image high = perturbed(face, mask, {{"nose_coverage", 1.0}}).image;
      for (const std::size_t covered : {51, 57, 62, 8}) {  // lips and chin
        CHECK(changed_at(face, low, covered));
        CHECK(changed_at(face, high, covered));
      }
      CHECK_FALSE(changed_at(face, low, 29));
      CHECK(changed_at(face, high, 29));
      CHECK(changed_at(face, high, 30));
      for (const std::size_t free : {19, 24, 37, 44}) CHECK_FALSE(changed_at(face, high, free));
    }
  }
}

TEST_CASE("sunglasses take their share of the light from the eyes and leave the mouth") {
  const GeneratedFace face = head_of(4, 0, 0);
  const auto eye_light = [&](const Image& image) {
    const cv::Point eye(face.landmarks.left_eye());
    return linear_of_pixel()[image.bgr().at<cv::Vec3b>(eye + cv::Point(0, 12))[2]];  // the lower lid
  };
  const float clean = eye_light(face.image);
  const Image half = perturbed(face, "sunglasses", {{"opacity", 0.5}}).image;
  const Image dark = perturbed(face, "sunglasses", {{"opacity", 1.0}}).image;
  CHECK(eye_light(half) > 0.25F * clean);  // half of the light, in the shadow of the frame
  CHECK(eye_light(half) < 0.6F * clean);
  CHECK(eye_light(dark) < 0.1F * clean);
  for (const std::size_t mouth : {48, 51, 54, 57, 8}) CHECK_FALSE(changed_at(face, dark, mouth, 0));
}

TEST_CASE("an eye bar is as high as it says") {
  const GeneratedFace face = head_of(1, 0, 0);
  const Image result = perturbed(face, "eye_bar", {{"height", 0.5}}).image;  // 20 px
  const int column = static_cast<int>(face.landmarks.points[27].x);
  int black = 0;
  for (int y = 0; y < result.height(); ++y)
    black += result.bgr().at<cv::Vec3b>(y, column) == cv::Vec3b() ? 1 : 0;
  CHECK(std::abs(black - 20) <= 1);
}

TEST_CASE("half a face: the named side of the image is covered and the other is not") {
  const GeneratedFace face = head_of(6, 0, 0);
  const Image left = perturbed(face, "half_face", {{"side", "left"}, {"covered", 0.4}}).image;
  CHECK(changed_at(face, left, 36));
  CHECK_FALSE(changed_at(face, left, 45, 0));
  const Image upper = perturbed(face, "half_face", {{"side", "upper"}, {"covered", 0.4}}).image;
  CHECK(changed_at(face, upper, 36));
  CHECK_FALSE(changed_at(face, upper, 57, 0));
}

TEST_CASE("an occluder in a dark photograph is dark") {
  const GeneratedFace face = head_of(1, 0, 0);
  const cv::Mat dim = face.image.bgr() * 0.3;
  const GeneratedFace dark{Image(dim), face.landmarks};
  const auto mask_value = [](const GeneratedFace& head) {
    const Image result =
        perturbed(head, "surgical_mask", {{"colour", "white"}, {"nose_coverage", 0.5}}).image;
    return static_cast<double>(result.bgr().at<cv::Vec3b>(cv::Point(head.landmarks.points[57]))[1]);
  };
  CHECK(mask_value(face) > 150);
  CHECK(mask_value(dark) < 0.4 * mask_value(face));
}

TEST_SUITE_END();
