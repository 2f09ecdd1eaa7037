// SPDX-License-Identifier: Apache-2.0
// The lighting family against values computed by hand, on plain pictures.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "perturb/condition.h"
#include "perturb/srgb.h"
#include "tests/perturb/plain_pictures.h"

using namespace robench;

namespace {

constexpr int kSide = 200;

// Landmarks of a frontal head in the middle of a picture of kSide, 40 px between the eyes.
const Frame& frame() {
  static const Frame frontal(test::frontal_head(kSide, 40).landmarks);
  return frontal;
}

Image flat(const cv::Scalar& bgr) { return test::flat(kSide, bgr); }
Image grey(int level) { return test::grey(kSide, level); }

using test::Value;

Image perturbed(const Image& image, const char* name, const std::vector<Value>& values,
                const Frame& face = frame()) {
  return test::perturbed(image, face, name, test::params_of(values)).image;
}

cv::Vec3b first_pixel(const Image& image) { return image.bgr().at<cv::Vec3b>(0, 0); }

// Mean of a rectangle in inter-eye distances about the midpoint of the eyes.
double mean_at(const Image& image, double left, double top, double right, double bottom) {
  return test::mean_at(image, frame(), {cv::Point2d(left, top), cv::Point2d(right, bottom)});
}
double left_cheek(const Image& image) { return mean_at(image, -0.9, -0.2, -0.2, 1.0); }
double right_cheek(const Image& image) { return mean_at(image, 0.2, -0.2, 0.9, 1.0); }

double luminance(const cv::Vec3b& bgr) {
  const std::array<float, 256>& light = linear_of_pixel();
  return 0.0722 * light[bgr[0]] + 0.7152 * light[bgr[1]] + 0.2126 * light[bgr[2]];
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("gamma raises encoded values to a power") {
  // 255 (64/255)^2 = 16.06, 255 (128/255)^2 = 64.25, 255 (128/255)^(1/2) = 180.67
  CHECK(first_pixel(perturbed(flat({64, 128, 255}), "gamma", {{"gamma", 2.0}})) ==
        cv::Vec3b(16, 64, 255));
  CHECK(first_pixel(perturbed(grey(128), "gamma", {{"gamma", 0.5}})) == cv::Vec3b::all(181));
}

TEST_CASE("brightness shifts the HSV value and keeps hue and saturation") {
  // Value 200 + 0.2 * 255 = 251; the others scale by 251/200: 40 -> 50.2, 110 -> 138.05.
  CHECK(first_pixel(perturbed(flat({40, 110, 200}), "brightness", {{"shift", 0.2}})) ==
        cv::Vec3b(50, 138, 251));
  CHECK(first_pixel(perturbed(flat({0, 100, 200}), "brightness", {{"shift", 0.5}})) ==
        cv::Vec3b(0, 128, 255));  // clipped at 255, so by 255/200
  CHECK(first_pixel(perturbed(grey(0), "brightness", {{"shift", 0.2}})) == cv::Vec3b::all(51));
  CHECK(first_pixel(perturbed(grey(30), "brightness", {{"shift", -0.2}})) == cv::Vec3b::all(0));
}

TEST_CASE("contrast pulls towards the mean of each channel") {
  cv::Mat halves(kSide, kSide, CV_8UC3, cv::Scalar(100, 50, 80));
  halves.rowRange(0, kSide / 2).setTo(cv::Scalar(200, 50, 120));
  const Image result = perturbed(Image(halves), "contrast", {{"factor", 0.4}});
  CHECK(result.bgr().at<cv::Vec3b>(0, 0) == cv::Vec3b(170, 50, 108));  // 150 + 0.4 * 50
  CHECK(result.bgr().at<cv::Vec3b>(kSide - 1, 0) == cv::Vec3b(130, 50, 92));
}

TEST_CASE("over-exposure doubles linear light per EV and clips") {
  // 128 is 0.21586 in linear light; doubled 0.43172, encoded 0.6885 = 175.6.
  CHECK(first_pixel(perturbed(grey(128), "over_exposure", {{"ev", 1.0}})) == cv::Vec3b::all(176));
  CHECK(first_pixel(perturbed(flat({128, 200, 0}), "over_exposure", {{"ev", 1.0}})) ==
        cv::Vec3b(176, 255, 0));  // 200 is 0.578, more than half of white
}

TEST_CASE("low light halves linear light per EV that the gain does not bring back") {
  const auto mean_light = [](double gain) {
    const Image result = perturbed(
        grey(128), "low_light",
        {{"ev", 2.0}, {"gain", gain}, {"white_electrons", 1e6}, {"read_noise_electrons", 0.0}});
    return linear_from_srgb(cv::mean(result.bgr())[0] / 255);
  };
  const double light = linear_from_srgb(128 / 255.0);
  CHECK(mean_light(0.0) == doctest::Approx(light / 4).epsilon(0.01));
  CHECK(mean_light(0.5) == doctest::Approx(light / 2).epsilon(0.01));
  CHECK(mean_light(1.0) == doctest::Approx(light).epsilon(0.01));
}

TEST_CASE("low light adds the photon and read noise that its lost light stands for") {
  const Image result = perturbed(grey(128), "low_light", {{"ev", 2.0}, {"gain", 1.0}});
  double sum = 0;
  double squares = 0;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const double light = linear_of_pixel()[result.bgr().at<cv::Vec3b>(y, x)[1]];
      sum += light;
      squares += light * light;
    }
  }
  const double n = kSide * kSide;
  const double deviation = std::sqrt(squares / n - (sum / n) * (sum / n));
  // A quarter of 1000 * 0.21586 electrons is left, and 3/4 of their noise is new; 4 brings them back:
  // 4 / 1000 * sqrt(0.25 * 0.75 * 215.86 + (1 - 1/16) * 9) = 0.02797
  CHECK(deviation == doctest::Approx(0.02797).epsilon(0.03));
}

TEST_CASE("colour temperature: warm is red, cool is blue, and the luminance of grey stays") {
  for (const double kelvin : {2820.0, 4280.0, 6500.0, 9000.0, 20000.0}) {
    CAPTURE(kelvin);
    const cv::Vec3b bgr = first_pixel(perturbed(grey(110), "colour_temperature", {{"kelvin", kelvin}}));
    if (kelvin < 6500) CHECK((bgr[2] > bgr[1] && bgr[1] > bgr[0]));
    if (kelvin > 6500) CHECK((bgr[2] < bgr[1] && bgr[1] < bgr[0]));
    if (kelvin == 6500) CHECK(bgr == cv::Vec3b::all(110));
    CHECK(luminance(bgr) == doctest::Approx(linear_of_pixel()[110]).epsilon(0.02));
  }
}

TEST_CASE("side light: direction=left and positive azimuth light the image's left side") {
  const Image left = perturbed(grey(128), "side_light", {{"ratio_ev", 3.0}, {"direction", "left"}});
  CHECK(left_cheek(left) > 1.5 * right_cheek(left));
  CHECK(perturbed(grey(128), "side_light", {{"ratio_ev", 3.0}, {"azimuth_deg", 80.0}}) == left);

  const Image right = perturbed(grey(128), "side_light", {{"ratio_ev", 3.0}, {"direction", "right"}});
  CHECK(right_cheek(right) > 1.5 * left_cheek(right));
  CHECK(perturbed(grey(128), "side_light", {{"ratio_ev", 3.0}, {"azimuth_deg", -80.0}}) == right);
}

TEST_CASE("side light: positive elevation is light from above") {
  const auto lit_from = [](double elevation) {
    return perturbed(grey(128), "side_light",
                     {{"ratio_ev", 4.0}, {"azimuth_deg", 0.0}, {"elevation_deg", elevation}});
  };
  const auto forehead = [](const Image& image) { return mean_at(image, -0.4, -1.1, 0.4, -0.6); };
  const auto chin = [](const Image& image) { return mean_at(image, -0.3, 1.45, 0.3, 1.75); };
  CHECK(forehead(lit_from(60)) > chin(lit_from(60)) + 20);
  CHECK(forehead(lit_from(-60)) < chin(lit_from(-60)) - 20);
}

TEST_CASE("side light: the shadow side keeps 2^-EV of the light, the edge is soft") {
  const Image result = perturbed(grey(200), "side_light", {{"ratio_ev", 3.0}, {"direction", "left"}});
  double darkest = 0;
  cv::minMaxLoc(result.bgr().reshape(1), &darkest);
  const double fill = linear_from_srgb(200 / 255.0) / 8;
  CHECK(linear_from_srgb(darkest / 255) == doctest::Approx(fill).epsilon(0.1));
  // A hard edge would be a step of about 140 levels between neighbours; the steepest soft one, on the
  // ridge of the nose, is four pixels wide.
  for (int y = 0; y < kSide; ++y) {
    for (int x = 1; x < kSide; ++x) {
      const cv::Mat& bgr = result.bgr();
      REQUIRE(std::abs(bgr.at<cv::Vec3b>(y, x)[0] - bgr.at<cv::Vec3b>(y, x - 1)[0]) < 60);
    }
  }
}

TEST_CASE("side light turns with the head's roll") {
  // A head on its side, the image's right eye below: its left cheek is up, so that is where the light
  // is.
  const cv::Matx23d quarter_turn(0, -1, kSide - 1, 1, 0, 0);
  const Frame rolled(transformed(frame().landmarks, quarter_turn));
  REQUIRE(rolled.landmarks.roll_deg() == doctest::Approx(90).epsilon(0.01));
  const Image upright = perturbed(grey(128), "side_light", {{"ratio_ev", 3.0}});
  const Image turned = perturbed(grey(128), "side_light", {{"ratio_ev", 3.0}}, rolled);
  int worst = 0;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const int a = upright.bgr().at<cv::Vec3b>(y, x)[0];
      const int b = turned.bgr().at<cv::Vec3b>(x, kSide - 1 - y)[0];
      worst = std::max(worst, std::abs(a - b));
    }
  }
  CHECK(worst <= 1);
}

TEST_CASE("cast shadow: sun unchanged, core shadow at 2^-EV, edges between") {
  for (const char* pattern : {"leaf", "blind"}) {
    CAPTURE(pattern);
    const Image result = perturbed(grey(188), "cast_shadow", {{"depth_ev", 1.0}, {"pattern", pattern}});
    const int core = pixel_of_encoded(srgb_from_linear(linear_from_srgb(188 / 255.0) / 2));
    int sun = 0, shadow = 0, edge = 0;
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        const int value = result.bgr().at<cv::Vec3b>(y, x)[0];
        REQUIRE(value >= core);
        REQUIRE(value <= 188);
        sun += value == 188;
        shadow += value == core;
        edge += value > core && value < 188;
      }
    }
    constexpr int kPixels = kSide * kSide;
    CHECK(sun > kPixels / 5);
    CHECK(shadow > kPixels / 10);
    CHECK(edge > kPixels / 20);
  }
}

TEST_CASE("cast shadow: a deeper shadow lies where the lighter one was") {
  for (const char* pattern : {"leaf", "blind"}) {
    CAPTURE(pattern);
    const Image light = perturbed(grey(188), "cast_shadow", {{"depth_ev", 1.0}, {"pattern", pattern}});
    const Image deep = perturbed(grey(188), "cast_shadow", {{"depth_ev", 3.0}, {"pattern", pattern}});
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        REQUIRE(deep.bgr().at<cv::Vec3b>(y, x)[0] <= light.bgr().at<cv::Vec3b>(y, x)[0]);
      }
    }
  }
}

TEST_CASE("backlight: the face falls, the background rises, even a black one") {
  const Image result = perturbed(grey(128), "backlight", {{"ratio_ev", 4.0}});
  CHECK(mean_at(result, -0.5, -0.3, 0.5, 1.0) < 90);
  CHECK(mean_at(result, -2.3, -2.2, -1.9, -1.5) > 220);
  const Image black = perturbed(grey(0), "backlight", {{"ratio_ev", 4.0}});
  CHECK(mean_at(black, -2.3, -2.2, -1.9, -1.5) > 150);
  const double glare = mean_at(black, -0.5, -0.3, 0.5, 1.0);
  CHECK(glare > 10);  // veiling glare lifts the black face a little
  CHECK(glare < 80);
}

TEST_CASE("grey stays grey under light without colour") {
  cv::Mat ramp(kSide, kSide, CV_8UC3);
  for (int x = 0; x < kSide; ++x) {
    const int level = x * 255 / (kSide - 1);
    ramp.col(x).setTo(cv::Scalar::all(level));
  }
  for (const char* name :
       {"gamma", "brightness", "contrast", "over_exposure", "side_light", "cast_shadow", "backlight"}) {
    for (const double severity : {1.0, 3.0, 5.0}) {
      CAPTURE(name);
      const Image result = PreparedCondition({{step_at_severity(name, severity)}, Stage::crop}, 1)
                               .apply(Image(ramp), frame(), "sample", 0)
                               .image;
      bool all_grey = true;
      for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
          const cv::Vec3b& bgr = result.bgr().at<cv::Vec3b>(y, x);
          all_grey &= bgr[0] == bgr[1] && bgr[1] == bgr[2];
        }
      }
      CHECK(all_grey);
    }
  }
}

TEST_SUITE_END();
