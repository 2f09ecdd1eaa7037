// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_face.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <utility>
#include <vector>

namespace robench {
namespace {

cv::Point2f eye_centre(const Landmarks& landmarks, std::size_t first) {
  cv::Point2f sum(0, 0);
  for (std::size_t i = first; i < first + 6; ++i) sum += landmarks.points[i];
  return sum / 6.0f;
}

double eye_distance(const Landmarks& landmarks) {
  return cv::norm(eye_centre(landmarks, 42) - eye_centre(landmarks, 36));
}

// Scale-free proportions: face width, nose length, mouth width and chin, over the eye distance.
std::array<double, 4> proportions(const Landmarks& landmarks) {
  const auto length = [&](std::size_t a, std::size_t b) {
    return cv::norm(landmarks.points[a] - landmarks.points[b]) / eye_distance(landmarks);
  };
  return {length(1, 15), length(27, 33), length(48, 54), length(57, 8)};
}

double largest_difference(const std::array<double, 4>& a, const std::array<double, 4>& b) {
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

// Nose tip's place between the outermost jaw points, 0 = image left, 1 = image right.
double nose_share(const Landmarks& landmarks) {
  const auto& p = landmarks.points;
  return (p[30].x - p[0].x) / (p[16].x - p[0].x);
}

double mean_brightness(const Image& image, const cv::Rect& region) {
  const cv::Scalar mean = cv::mean(image.bgr()(region));
  return (mean[0] + mean[1] + mean[2]) / 3.0;
}

}  // namespace

TEST_SUITE("perturb") {
  TEST_CASE("generated face: the same recipe gives the same bytes") {
    FaceRecipe recipe;
    recipe.size_px = 192;
    recipe.inter_eye_px = 36;
    recipe.yaw_deg = 12;
    recipe.expression = 3;
    const GeneratedFace first = render_face(recipe);
    const GeneratedFace second = render_face(recipe);
    CHECK(first.image == second.image);
    CHECK(first.landmarks.points == second.landmarks.points);

    recipe.expression = 4;
    CHECK_FALSE(render_face(recipe).image == first.image);
  }

  TEST_CASE("generated face: the eyes are as far apart as asked, level and around the asked place") {
    for (const double inter_eye_px : {30.0, 47.5, 60.0}) {
      FaceRecipe recipe;
      recipe.subject = 4;
      recipe.size_px = 320;
      recipe.inter_eye_px = inter_eye_px;
      const Landmarks landmarks = render_face(recipe).landmarks;
      CHECK(eye_distance(landmarks) == doctest::Approx(inter_eye_px).epsilon(1e-4));
      const cv::Point2f middle = 0.5f * (eye_centre(landmarks, 36) + eye_centre(landmarks, 42));
      CHECK(middle.x == doctest::Approx(160.0).epsilon(1e-4));
      CHECK(middle.y == doctest::Approx(0.46 * 320).epsilon(1e-4));
    }
  }

  TEST_CASE("generated face: the landmarks lie on the painted pupils and on the dark line of the lips") {
    FaceRecipe recipe;
    recipe.size_px = 640;
    recipe.inter_eye_px = 120;
    recipe.ambient = 1.0;  // no shadows
    for (const std::uint32_t subject : {1u, 2u, 3u}) {
      recipe.subject = subject;
      const GeneratedFace face = render_face(recipe);
      const auto brightness_at = [&](cv::Point2f p) {
        return mean_brightness(face.image, cv::Rect(cvRound(p.x) - 2, cvRound(p.y) - 2, 5, 5));
      };
      const auto& p = face.landmarks.points;
      const cv::Point2f below_eye = eye_centre(face.landmarks, 36) + cv::Point2f(0, 30);
      CHECK(brightness_at(0.5f * (p[37] + p[38])) < 0.6 * brightness_at(below_eye));  // lashes and pupil
      CHECK(brightness_at(p[62]) <
            0.6 * brightness_at(p[8] - cv::Point2f(0, 20)));  // mouth against chin
      CHECK(brightness_at(p[19]) <
            0.8 * brightness_at(p[19] - cv::Point2f(0, 20)));  // brow against forehead
    }
  }

  TEST_CASE("generated face: people differ in proportions, one person's moments in light do not") {
    std::vector<std::array<double, 4>> seen;
    for (std::uint32_t subject = 1; subject <= 8; ++subject) {
      FaceRecipe recipe;
      recipe.subject = subject;
      recipe.size_px = 160;
      recipe.inter_eye_px = 30;
      const std::array<double, 4> own = proportions(render_face(recipe).landmarks);
      for (const auto& other : seen) CHECK(largest_difference(own, other) > 0.01);
      seen.push_back(own);

      recipe.light_azimuth_deg = 70;
      recipe.ambient = 0.1;
      recipe.roll_deg = 15;
      CHECK(largest_difference(own, proportions(render_face(recipe).landmarks)) < 1e-3);
    }
  }

  TEST_CASE("generated face: the pose moves the landmarks the way its sign says") {
    FaceRecipe recipe;
    recipe.size_px = 160;
    recipe.inter_eye_px = 30;
    const Landmarks frontal = render_face(recipe).landmarks;
    CHECK(nose_share(frontal) == doctest::Approx(0.5).epsilon(1e-3));

    recipe.yaw_deg = 25;
    CHECK(nose_share(render_face(recipe).landmarks) > 0.6);
    recipe.yaw_deg = -25;
    CHECK(nose_share(render_face(recipe).landmarks) < 0.4);

    const auto nose_drop = [](const Landmarks& l) { return l.points[30].y - eye_centre(l, 36).y; };
    recipe.yaw_deg = 0;
    recipe.pitch_deg = 20;
    CHECK(nose_drop(render_face(recipe).landmarks) < nose_drop(frontal) - 2.0);

    recipe.pitch_deg = 0;
    recipe.roll_deg = 15;
    const Landmarks rolled = render_face(recipe).landmarks;
    const cv::Point2f across = eye_centre(rolled, 42) - eye_centre(rolled, 36);
    CHECK(std::atan2(across.y, across.x) * 180.0 / CV_PI == doctest::Approx(15.0).epsilon(1e-3));
  }

  TEST_CASE("generated face: the side that the light comes from is brighter") {
    FaceRecipe recipe;
    recipe.size_px = 192;
    recipe.inter_eye_px = 36;
    recipe.backdrop = Backdrop::plain;
    recipe.ambient = 0.2;
    const auto halves = [&](double azimuth) {
      recipe.light_azimuth_deg = azimuth;
      const Image image = render_face(recipe).image;
      return std::pair(mean_brightness(image, {60, 80, 36, 60}),
                       mean_brightness(image, {96, 80, 36, 60}));
    };
    const auto [left, right] = halves(70);
    CHECK(left > 1.5 * right);
    const auto [far_left, far_right] = halves(-70);
    CHECK(far_right > 1.5 * far_left);
  }

  TEST_CASE("generated face: all points are inside of the picture and in iBUG order") {
    for (std::uint32_t subject = 1; subject <= 12; ++subject) {
      FaceRecipe recipe;
      recipe.subject = subject;
      recipe.size_px = 160;
      recipe.inter_eye_px = 30;
      const auto& p = render_face(recipe).landmarks.points;
      for (const cv::Point2f& point : p) CHECK(cv::Rect2f(0, 0, 160, 160).contains(point));
      for (std::size_t i = 0; i < 16; ++i) CHECK(p[i].x < p[i + 1].x);                  // jaw
      for (std::size_t i = 17; i < 26; ++i) CHECK(p[i].x < p[i + 1].x);                 // brows
      for (std::size_t i = 27; i < 30; ++i) CHECK(p[i].y < p[i + 1].y);                 // nose bridge
      for (std::size_t i = 31; i < 35; ++i) CHECK(p[i].x < p[i + 1].x);                 // nostrils
      for (std::size_t i : {48u, 49u, 50u, 51u, 52u, 53u}) CHECK(p[i].x < p[i + 1].x);  // upper lip
      for (std::size_t i : {54u, 55u, 56u, 57u, 58u}) CHECK(p[i].x > p[i + 1].x);       // lower lip
      CHECK(p[36].x < p[37].x);
      CHECK(p[37].y < p[41].y);  // upper above lower lid
      CHECK(p[39].x < p[42].x);  // left eye left of right eye
      CHECK(p[21].y < p[38].y);  // brow above eye
      CHECK(p[33].y < p[51].y);
      CHECK(p[57].y < p[8].y);
    }
  }

  TEST_CASE("generated photograph: heads anywhere, each with its landmarks") {
    FaceRecipe recipe;
    recipe.inter_eye_px = 30;
    recipe.roll_deg = 10;
    const GeneratedPhotograph empty = render_photograph({}, {400, 300});
    CHECK(empty.landmarks.empty());
    const GeneratedPhotograph one = render_photograph({{recipe, {290, 110}}}, {400, 300});
    REQUIRE(one.landmarks.size() == 1);
    CHECK(one.image.width() == 400);
    CHECK(one.image.height() == 300);
    const cv::Point2f middle =
        0.5f * (eye_centre(one.landmarks[0], 36) + eye_centre(one.landmarks[0], 42));
    CHECK(middle.x == doctest::Approx(290).epsilon(1e-4));
    CHECK(middle.y == doctest::Approx(110).epsilon(1e-4));
    // The person is there and nowhere else.
    cv::Mat changed;
    cv::absdiff(one.image.bgr(), empty.image.bgr(), changed);
    CHECK(cv::sum(changed(cv::Rect(0, 0, 180, 300))) == cv::Scalar());
    CHECK(cv::mean(changed(cv::Rect(270, 90, 40, 60)))[0] > 10);
    // A head outside of the picture leaves it as it was.
    CHECK(render_photograph({{recipe, {2000, 2000}}}, {400, 300}).image == empty.image);
  }

  TEST_CASE("generated group: people from left to right, apart from each other") {
    std::vector<FaceRecipe> people(3);
    for (std::uint32_t i = 0; i < 3; ++i) {
      people[i].subject = i + 1;
      people[i].inter_eye_px = 30;
    }
    const GeneratedPhotograph group = render_group(people);
    REQUIRE(group.landmarks.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(eye_distance(group.landmarks[i]) == doctest::Approx(30).epsilon(1e-4));
      for (const cv::Point2f& point : group.landmarks[i].points) {
        CHECK(point.x > 0);
        CHECK(point.x < static_cast<float>(group.image.width()));
      }
    }
    CHECK(group.landmarks[0].points[16].x + 30 < group.landmarks[1].points[0].x);
    CHECK(group.landmarks[1].points[16].x + 30 < group.landmarks[2].points[0].x);
  }
}

}  // namespace robench
