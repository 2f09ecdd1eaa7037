// SPDX-License-Identifier: Apache-2.0
#include "perturb/face_axes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/support/generated_face.h"

using namespace robench;

namespace {

// All points on the nose except the eyes, which are 40 px apart and level.
Landmarks plain_landmarks() {
  Landmarks landmarks;
  landmarks.points.fill({100, 130});
  for (std::size_t i = 36; i < 42; ++i) landmarks.points[i] = {80, 100};
  for (std::size_t i = 42; i < 48; ++i) landmarks.points[i] = {120, 100};
  return landmarks;
}

cv::Matx23d turned_about_eyes(double degrees) {
  const double c = std::cos(degrees * CV_PI / 180);
  const double s = std::sin(degrees * CV_PI / 180);
  return {c, -s, 100 - 100 * c + 100 * s, s, c, 100 - 100 * s - 100 * c};
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("derived landmarks: eye centres, unit, roll") {
  const Landmarks upright = plain_landmarks();
  CHECK(upright.left_eye() == cv::Point2f(80, 100));
  CHECK(upright.right_eye() == cv::Point2f(120, 100));
  CHECK(upright.five_points()[2] == cv::Point2f(100, 130));
  CHECK(upright.inter_eye_px() == doctest::Approx(40));
  CHECK(upright.roll_deg() == doctest::Approx(0));
  CHECK(Frame(upright).inter_eye_px == doctest::Approx(40));

  const Landmarks turned = transformed(upright, turned_about_eyes(20));
  CHECK(turned.roll_deg() == doctest::Approx(20));  // the image's right eye is lower
  CHECK(turned.right_eye().y > turned.left_eye().y);
  CHECK(turned.inter_eye_px() == doctest::Approx(40));
}

TEST_CASE("face coordinates: eyes at (+-0.5, 0), and back again") {
  for (const double degrees : {0.0, 30.0, -75.0, 180.0}) {
    CAPTURE(degrees);
    const Landmarks landmarks = transformed(plain_landmarks(), turned_about_eyes(degrees));
    const FaceAxes axes(Frame(landmarks), {200, 200});
    CHECK(axes.from_pixel(landmarks.left_eye()).x == doctest::Approx(-0.5));
    CHECK(axes.from_pixel(landmarks.right_eye()).x == doctest::Approx(0.5));
    CHECK(axes.landmark(30).y == doctest::Approx(0.75));
    const cv::Point2f back = axes.to_pixel(axes.from_pixel({33, 77}));
    CHECK(back.x == doctest::Approx(33).epsilon(1e-4));
    CHECK(back.y == doctest::Approx(77).epsilon(1e-4));
    CHECK(axes.row(50).u(60) == doctest::Approx(axes.from_pixel({60, 50}).x).epsilon(1e-4));
    CHECK(axes.row(50).v(60) == doctest::Approx(axes.from_pixel({60, 50}).y).epsilon(1e-4));
  }
}

TEST_CASE("yaw is read from the nose, to about ten degrees") {
  for (const double yaw : {-30.0, 0.0, 30.0}) {
    CAPTURE(yaw);
    FaceRecipe recipe;
    recipe.yaw_deg = yaw;
    const GeneratedFace face = render_face(recipe);
    const FaceAxes axes(Frame(face.landmarks), face.image.bgr().size());
    CHECK(std::abs(std::atan(axes.tan_yaw()) * 180 / CV_PI - yaw) < 10);
  }
}

TEST_CASE("landmarks without axes give those of an upright crop") {
  Landmarks coinciding;
  coinciding.points.fill({7, 7});
  Landmarks broken = plain_landmarks();
  broken.points[8].x = std::numeric_limits<float>::quiet_NaN();
  for (const Landmarks& landmarks : {coinciding, broken}) {
    const FaceAxes axes(Frame(landmarks), {201, 201});
    CHECK(axes.unit_px() == doctest::Approx(40.2));
    CHECK(axes.from_pixel({100, 100}).x == doctest::Approx(0));
    CHECK(axes.from_pixel({100, 100}).y == doctest::Approx(0.5));
    CHECK(axes.tan_yaw() == 0);
  }
}

TEST_SUITE_END();
