// SPDX-License-Identifier: Apache-2.0
#include "models/crop.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <doctest/doctest.h>

#include "models/face.h"
#include "tests/support/eye_landmarks.h"
#include "tests/support/generated_face.h"

namespace robench {
namespace {

/// Blue grows by 1 per pixel to the right, green by 1 per pixel down.
Image gradient(int width, int height) {
  cv::Mat picture(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      picture.at<cv::Vec3b>(y, x) =
          cv::Vec3b(static_cast<std::uint8_t>(x), static_cast<std::uint8_t>(y), 7);
  return Image(picture);
}

TEST_SUITE("models") {
  TEST_CASE("crop: level eyes at whole pixels copy the pixels exactly") {
    const Image photograph = gradient(250, 250);
    // 20 px apart: side 100, whose middle is 49.5. Centre = midpoint (120.5, 90.5) + (0, 10).
    const auto crop = crop_face(photograph, with_eyes({110.5F, 90.5F}, {130.5F, 90.5F}));
    REQUIRE(crop);
    CHECK(crop->pixels == Image(photograph.bgr()(cv::Rect(71, 51, 100, 100)).clone()));
    CHECK(crop->crop_from_photo == cv::Matx23d(1, 0, -71, 0, 1, -51));
    CHECK(crop->frame.landmarks.left_eye() == cv::Point2f(39.5F, 39.5F));
    CHECK(crop->frame.landmarks.right_eye() == cv::Point2f(59.5F, 39.5F));
    CHECK(crop->frame.inter_eye_px == 20);
  }

  TEST_CASE("crop: beyond the border the outermost pixels repeat") {
    const Image photograph = gradient(60, 60);
    const auto crop = crop_face(photograph, with_eyes({0.5F, 10.5F}, {20.5F, 10.5F}));
    REQUIRE(crop);  // begins at (10.5 - 49.5, 20.5 - 49.5) = (-39, -29)
    const cv::Mat& pixels = crop->pixels.bgr();
    CHECK(pixels.at<cv::Vec3b>(0, 0) == cv::Vec3b(0, 0, 7));
    CHECK(pixels.at<cv::Vec3b>(40, 10) == cv::Vec3b(0, 11, 7));
    CHECK(pixels.at<cv::Vec3b>(10, 50) == cv::Vec3b(11, 0, 7));
    CHECK(pixels.at<cv::Vec3b>(99, 99) == cv::Vec3b(59, 59, 7));
    CHECK(pixels.at<cv::Vec3b>(50, 60) == cv::Vec3b(21, 21, 7));
  }

  TEST_CASE("crop: a tilted face is brought upright by rotation alone") {
    const Image photograph = gradient(250, 250);
    for (const double degrees : {-170.0, -90.0, -33.0, 0.25, 12.0, 45.0, 90.0}) {
      CAPTURE(degrees);
      const double angle = degrees * std::numbers::pi / 180;
      const cv::Point2f half(static_cast<float>(10 * std::cos(angle)),
                             static_cast<float>(10 * std::sin(angle)));
      const cv::Point2f midpoint(120.25F, 119.75F);
      const auto crop = crop_face(photograph, with_eyes(midpoint - half, midpoint + half));
      REQUIRE(crop);
      REQUIRE(crop->pixels.bgr().size() == cv::Size(100, 100));
      CHECK(crop->frame.landmarks.left_eye().x == doctest::Approx(39.5).epsilon(1e-5));
      CHECK(crop->frame.landmarks.left_eye().y == doctest::Approx(39.5).epsilon(1e-5));
      CHECK(crop->frame.landmarks.right_eye().x == doctest::Approx(59.5).epsilon(1e-5));
      CHECK(crop->frame.landmarks.right_eye().y == doctest::Approx(39.5).epsilon(1e-5));
      const cv::Matx23d& map = crop->crop_from_photo;
      CHECK(map(0, 0) * map(1, 1) - map(0, 1) * map(1, 0) == doctest::Approx(1));  // no scaling
      // Each pixel shows the gradient at its own place: half a level of rounding, and OpenCV's warp
      // places samples to 1/32 px.
      double worst = 0;
      for (int y = 0; y < 100; ++y)
        for (int x = 0; x < 100; ++x) {
          const double px = x - map(0, 2), py = y - map(1, 2);
          const double photo_x = map(0, 0) * px + map(1, 0) * py;
          const double photo_y = map(0, 1) * px + map(1, 1) * py;
          const cv::Vec3b pixel = crop->pixels.bgr().at<cv::Vec3b>(y, x);
          worst = std::max({worst, std::abs(pixel[0] - photo_x), std::abs(pixel[1] - photo_y)});
        }
      CHECK(worst < 0.55);
    }
  }

  TEST_CASE("crop: the side is five inter-eye distances, rounded") {
    const Image photograph = gradient(100, 100);
    const auto side = [&](float inter_eye) {
      return crop_face(photograph, with_eyes({40, 40}, {40 + inter_eye, 40}))->pixels.width();
    };
    CHECK(side(20) == 100);
    CHECK(side(20.0625F) == 100);
    CHECK(side(20.125F) == 101);
    CHECK(side(1) == 5);
  }

  TEST_CASE("crop: works far inside of a photograph that is larger than OpenCV's warp can address") {
    cv::Mat wide(80, 40000, CV_8UC3, cv::Scalar::all(9));
    wide(cv::Rect(39000, 0, 1000, 80)).setTo(cv::Scalar::all(200));
    const auto crop = crop_face(Image(wide), with_eyes({39490, 30}, {39510, 30}));
    REQUIRE(crop);
    CHECK(crop->pixels == Image(cv::Mat(100, 100, CV_8UC3, cv::Scalar::all(200))));
  }

  TEST_CASE("crop: unusable landmarks give nothing") {
    const Image photograph = gradient(50, 50);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK_FALSE(crop_face(photograph, Landmarks{}));
    CHECK_FALSE(crop_face(photograph, with_eyes({10, 10}, {10.5F, 10})));
    CHECK_FALSE(crop_face(photograph, with_eyes({0, 0}, {4001, 0})));
    CHECK_FALSE(crop_face(photograph, with_eyes({0, nan}, {20, 0})));
    CHECK_FALSE(crop_face(photograph, with_eyes({0, 0}, {infinity, 0})));
    CHECK_FALSE(crop_face(photograph, with_eyes({-3e38F, 0}, {3e38F, 0})));
    Landmarks one_bad = with_eyes({10, 10}, {30, 10});
    one_bad.points[8].y = nan;
    CHECK_FALSE(usable(one_bad));
    CHECK_FALSE(crop_face(photograph, one_bad));
  }

  TEST_CASE("crop: landmarks outside of the photograph are cut without harm") {
    const Image photograph = gradient(50, 50);
    for (const float far : {-1e3F, 1e3F, 1e6F, -1e9F}) {
      const auto crop = crop_face(photograph, with_eyes({far, far}, {far + 128, far}));
      if (crop) CHECK(crop->pixels.width() == 640);
    }
  }

  TEST_CASE("crop: the generated head lies upright and whole in its crop") {
    for (const double roll : {-25.0, 0.0, 14.0}) {
      CAPTURE(roll);
      FaceRecipe recipe;
      recipe.roll_deg = roll;
      const GeneratedFace head = render_face(recipe);
      const auto crop = crop_face(head.image, head.landmarks);
      REQUIRE(crop);
      const double side = crop->pixels.width();
      CHECK(side == std::round(5 * head.landmarks.inter_eye_px()));
      CHECK(std::abs(crop->frame.landmarks.roll_deg()) < 1e-3);
      CHECK(crop->frame.inter_eye_px == doctest::Approx(head.landmarks.inter_eye_px()).epsilon(1e-5));
      for (const cv::Point2f& point : crop->frame.landmarks.points) {
        CHECK((point.x > 0.1 * side && point.x < 0.9 * side));
        CHECK((point.y > 0.1 * side && point.y < 0.95 * side));
      }
    }
  }

  TEST_CASE("is_wrong_face: farther than one inter-eye distance") {
    const Landmarks clean = with_eyes({100, 100}, {140, 100});
    CHECK_FALSE(is_wrong_face(clean, clean));
    CHECK_FALSE(is_wrong_face(clean, with_eyes({140, 100}, {180, 100})));
    CHECK(is_wrong_face(clean, with_eyes({140.5F, 100}, {180.5F, 100})));
    CHECK(is_wrong_face(clean, with_eyes({100, 141}, {140, 141})));
    // The size of the found face does not matter.
    CHECK_FALSE(is_wrong_face(clean, with_eyes({0, 100}, {240, 100})));
  }
}

}  // namespace
}  // namespace robench
