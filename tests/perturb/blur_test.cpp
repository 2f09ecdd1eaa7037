// SPDX-License-Identifier: Apache-2.0
// The blur family against values computed by hand, on plain pictures. The spreads themselves are in
// point_spread_test.cpp.
#include <doctest/doctest.h>

#include <cmath>

#include "perturb/condition.h"
#include "perturb/face_axes.h"
#include "perturb/linear_light.h"
#include "perturb/srgb.h"
#include "tests/perturb/plain_pictures.h"

using namespace robench;

namespace {

constexpr int kSide = 201;
constexpr int kMiddle = 100;
constexpr double kUnit = 40;  // pixels between the eyes

const Frame& frame() {
  static const Frame frontal(test::frontal_head(kSide, kUnit).landmarks);
  return frontal;
}

cv::Mat plain(int level) { return {kSide, kSide, CV_8UC3, cv::Scalar::all(level)}; }

Image perturbed(const Image& image, const char* name, const std::vector<test::Value>& values,
                const char* sample = "sample") {
  return test::perturbed(image, frame(), name, test::params_of(values), sample).image;
}

// Black with a white square of 2 half + 1 pixels about `at`.
Image square(cv::Point at, int half) {
  cv::Mat picture = plain(0);
  picture(cv::Rect(at.x - half, at.y - half, 2 * half + 1, 2 * half + 1)).setTo(cv::Scalar::all(255));
  return Image(picture);
}
Image square(int half) { return square({kMiddle, kMiddle}, half); }

Image checkerboard() {
  cv::Mat picture = plain(0);
  for (int y = 0; y < kSide; ++y) {
    for (int x = (y % 2); x < kSide; x += 2) picture.at<cv::Vec3b>(y, x) = cv::Vec3b::all(255);
  }
  return Image(picture);
}

struct Moments {
  double sum, mean_x, mean_y, variance_x, variance_y;
};
Moments light_moments(const Image& image) {
  const cv::Mat light = linear_light(image);
  Moments m{};
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const double value = light.at<cv::Vec3f>(y, x)[1];
      m.sum += value;
      m.mean_x += value * (x - kMiddle);
      m.mean_y += value * (y - kMiddle);
      m.variance_x += value * (x - kMiddle) * (x - kMiddle);
      m.variance_y += value * (y - kMiddle) * (y - kMiddle);
    }
  }
  m.mean_x /= m.sum;
  m.mean_y /= m.sum;
  m.variance_x = m.variance_x / m.sum - m.mean_x * m.mean_x;
  m.variance_y = m.variance_y / m.sum - m.mean_y * m.mean_y;
  return m;
}

int value_at(const Image& image, int x, int y) { return image.bgr().at<cv::Vec3b>(y, x)[1]; }
double deviation(const Image& image, cv::Rect area) {
  cv::Scalar mean, sd;
  cv::meanStdDev(image.bgr()(area), mean, sd);
  return sd[1];
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("defocus: a bright point becomes an even disk of its light") {
  // 13 x 13 white pixels spread over a disk of 0.25 * 40 = 10 px: the middle sees 169 of 314 px^2.
  const Image disk = perturbed(square(6), "defocus_blur", {{"radius", 0.25}});
  const int middle = pixel_of_encoded(srgb_from_linear(169 / (100 * 3.14159)));
  CHECK(std::abs(value_at(disk, kMiddle, kMiddle) - middle) <= 1);
  CHECK(std::abs(value_at(disk, kMiddle - 1, kMiddle) - middle) <= 1);
  CHECK(value_at(disk, kMiddle + 15, kMiddle) > 0);
  CHECK(value_at(disk, kMiddle + 18, kMiddle) == 0);
  const Moments before = light_moments(square(6));
  const Moments after = light_moments(disk);
  CHECK(after.sum == doctest::Approx(before.sum).epsilon(0.005));
  CHECK(after.variance_x - before.variance_x == doctest::Approx(25).epsilon(0.02));  // r^2 / 4
}

TEST_CASE("defocus acts on light: half white, half black is 188, not 128") {
  CHECK(std::abs(
            value_at(perturbed(checkerboard(), "defocus_blur", {{"radius", 0.25}}), kMiddle, kMiddle) -
            188) <= 2);
  // A Gaussian of an editor acts on the encoded values.
  CHECK(
      std::abs(value_at(perturbed(checkerboard(), "gaussian_blur", {{"sigma", 0.1}}), kMiddle, kMiddle) -
               128) <= 1);
}

TEST_CASE("gaussian: an edge becomes the error function of its standard deviation") {
  cv::Mat edge = plain(0);
  edge.colRange(kMiddle, kSide).setTo(cv::Scalar::all(200));
  for (const double sigma : {0.1, 0.2, 0.4}) {  // 4, 8 and 16 px
    CAPTURE(sigma);
    const Image blurred = perturbed(Image(edge), "gaussian_blur", {{"sigma", sigma}});
    for (int x = kMiddle - 30; x < kMiddle + 30; ++x) {
      const double expected =
          200 * 0.5 * std::erfc(-(x + 0.5 - kMiddle) / (sigma * kUnit) / std::sqrt(2.0));
      REQUIRE(std::abs(value_at(blurred, x, kMiddle) - expected) < 1.5);
    }
  }
}

TEST_CASE("motion: light moves along the angle given, and the face stays") {
  const Moments before = light_moments(square(8));
  const auto moved = [&](double angle) {
    return light_moments(perturbed(square(8), "motion_blur", {{"length", 0.5}, {"angle_deg", angle}}));
  };
  // 20 px: 20^2 / 12 = 33.3 along the line, nothing across it.
  CHECK(moved(0).variance_x - before.variance_x == doctest::Approx(33.3).epsilon(0.02));
  CHECK(std::abs(moved(0).variance_y - before.variance_y) < 0.1);
  CHECK(moved(90).variance_y - before.variance_y == doctest::Approx(33.3).epsilon(0.02));
  CHECK(std::abs(moved(30).mean_x) < 0.05);
  CHECK(std::abs(moved(30).mean_y) < 0.05);
  const Image falling = perturbed(square(1), "motion_blur", {{"length", 0.5}, {"angle_deg", 45.0}});
  CHECK(value_at(falling, kMiddle + 6, kMiddle + 6) > 100);
  CHECK(value_at(falling, kMiddle + 6, kMiddle - 6) == 0);
}

TEST_CASE(
    "camera shake: the face stays, the light spreads as far as asked, another path for each sample") {
  const Moments before = light_moments(square(12));
  for (const char* sample : {"a", "b", "c", "d", "e"}) {
    CAPTURE(sample);
    const Moments after =
        light_moments(perturbed(square(12), "camera_shake", {{"spread", 0.15}}, sample));
    CHECK(after.sum == doctest::Approx(before.sum).epsilon(0.01));
    CHECK(std::abs(after.mean_x) < 0.1);
    CHECK(std::abs(after.mean_y) < 0.1);
    // 0.15 * 40 = 6 px; each moment is shared between pixels, at most 1/4 px^2 on either axis.
    const double gained = after.variance_x + after.variance_y - before.variance_x - before.variance_y;
    CHECK(gained == doctest::Approx(36).epsilon(0.03));
  }
}

TEST_CASE("zoom: a point moves along its radius between the two scales, the middle stays") {
  const cv::Point2f eyes = FaceAxes(frame(), {kSide, kSide}).to_pixel({0, 0.5F});
  const cv::Point centre(cvRound(eyes.x), cvRound(eyes.y));
  // 60 px to the right: from 60 / sqrt(1.44) = 50 to 60 * 1.2 = 72.
  const Image zoomed = perturbed(square(centre + cv::Point(60, 0), 1), "zoom_blur", {{"zoom", 0.44}});
  const auto at = [&](int dx, int dy) { return value_at(zoomed, centre.x + dx, centre.y + dy); };
  CHECK(at(46, 0) == 0);
  CHECK(at(52, 0) > 60);
  CHECK(at(60, 0) > 60);
  CHECK(at(70, 0) > 60);
  CHECK(at(76, 0) == 0);
  CHECK(at(60, 4) == 0);
  CHECK(value_at(perturbed(square(centre, 2), "zoom_blur", {{"zoom", 0.3}}), centre.x, centre.y) > 250);
}

TEST_CASE("zoom about the picture's middle leaves that in its place") {
  const Image dot = square(2);
  CHECK(value_at(perturbed(dot, "zoom_blur", {{"zoom", 0.3}, {"centre", "picture"}}), kMiddle, kMiddle) >
        250);
}

TEST_CASE("glass: plain areas stay, an edge is torn as far as asked") {
  CHECK(perturbed(Image(plain(97)), "glass_blur", {{"displacement", 0.1}}) == Image(plain(97)));
  cv::Mat edge = plain(0);
  edge.colRange(kMiddle, kSide).setTo(cv::Scalar::all(255));
  const Image torn = perturbed(Image(edge), "glass_blur", {{"displacement", 0.05}});  // 2 px
  // Light at a distance d inside of the edge is that of a normal displacement and the frost's blur
  // together: deviation 2 * sqrt(1 + 0.7^2) = 2.44 px. At 2 px: 79 %; at 6 px: all.
  cv::Mat light = linear_light(torn);
  CHECK(cv::mean(light.col(kMiddle + 1))[0] == doctest::Approx(0.73).epsilon(0.05));
  CHECK(cv::mean(light.col(kMiddle + 12))[0] > 0.99);
  CHECK(cv::mean(light.col(kMiddle - 12))[0] < 0.01);
  CHECK(deviation(torn, cv::Rect(kMiddle, 0, 1, kSide)) > 20);  // torn, not merely blurred
}

TEST_CASE("low resolution: a face that has fewer pixels is unchanged") {
  const Image board = checkerboard();
  CHECK(perturbed(board, "low_resolution", {{"inter_eye_px", 40.5}}) == board);
  CHECK(perturbed(board, "low_resolution", {{"inter_eye_px", 500.0}, {"enlarged_by", "linear"}}) ==
        board);
}

TEST_CASE("low resolution: the sensor's pixels sum up light, and detail between them is gone") {
  const Image small = perturbed(checkerboard(), "low_resolution", {{"inter_eye_px", 8.0}});
  CHECK(std::abs(value_at(small, kMiddle, kMiddle) - 188) <= 2);  // half of the light
  CHECK(deviation(small, cv::Rect(50, 50, 100, 100)) < 3);
  // Stripes of 10 px remain at 5 px each pixel, and vanish at 20 px each.
  cv::Mat stripes = plain(0);
  for (int x = 0; x < kSide; x += 20) stripes.colRange(x, std::min(x + 10, kSide)).setTo(255);
  const cv::Rect inside(40, 40, 120, 120);
  CHECK(deviation(perturbed(Image(stripes), "low_resolution", {{"inter_eye_px", 8.0}}), inside) > 80);
  CHECK(deviation(perturbed(Image(stripes), "low_resolution", {{"inter_eye_px", 2.0}}), inside) < 15);
}

TEST_CASE("out of focus: the face loses its detail, the background keeps every pixel") {
  const Image result = perturbed(checkerboard(), "out_of_focus_face", {{"radius", 0.2}});
  CHECK(deviation(result, cv::Rect(kMiddle - 20, kMiddle - 20, 40, 40)) < 3);
  const cv::Rect corner(0, 0, 20, 60);
  CHECK(cv::norm(result.bgr()(corner), checkerboard().bgr()(corner), cv::NORM_INF) == 0);
}

TEST_CASE("lens smear: part of the light is scattered over the face, none is lost") {
  for (const int level : {0, 120, 255}) {
    const Image flat(plain(level));
    CHECK(perturbed(flat, "lens_smear", {{"scatter", 0.9}}) == flat);
  }
  const cv::Rect face(kMiddle - 20, kMiddle - 10, 40, 40);
  const Image clean = checkerboard();
  const Image smeared = perturbed(clean, "lens_smear", {{"scatter", 0.9}});
  CHECK(deviation(smeared, face) < 0.6 * deviation(clean, face));
  const double before = cv::mean(linear_light(clean))[1];
  CHECK(cv::mean(linear_light(smeared))[1] == doctest::Approx(before).epsilon(0.02));
}

TEST_SUITE_END();
