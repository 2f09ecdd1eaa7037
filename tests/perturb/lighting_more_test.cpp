// SPDX-License-Identifier: Apache-2.0
// Glare, flash, vignette, night vision and saturation against values computed by hand.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "perturb/condition.h"
#include "perturb/srgb.h"
#include "tests/perturb/plain_pictures.h"

using namespace robench;

namespace {

constexpr int kSide = 201;  // has a pixel in its middle

const Frame& frame() {
  static const Frame frontal(test::frontal_head(kSide, 40).landmarks);
  return frontal;
}

Image flat(const cv::Scalar& bgr) { return test::flat(kSide, bgr); }
Image grey(int level) { return test::grey(kSide, level); }

using test::Value;

Image perturbed(const Image& image, const char* name, const std::vector<Value>& values) {
  return test::perturbed(image, frame(), name, test::params_of(values)).image;
}

cv::Vec3b pixel(const Image& image, int x, int y) { return image.bgr().at<cv::Vec3b>(y, x); }
double light(const Image& image, int x, int y) { return linear_of_pixel()[pixel(image, x, y)[1]]; }

// Mean of a rectangle in inter-eye distances about the midpoint of the eyes.
double mean_at(const Image& image, double left, double top, double right, double bottom) {
  return test::mean_at(image, frame(), {cv::Point2d(left, top), cv::Point2d(right, bottom)});
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("vignette: cos^4 to 2^-EV in the corner") {
  const Image result = perturbed(grey(200), "vignette", {{"corner_ev", 2.0}});
  const double clean = linear_of_pixel()[200];
  CHECK(light(result, 0, 0) == doctest::Approx(clean / 4).epsilon(0.02));
  CHECK(light(result, kSide - 1, kSide - 1) == doctest::Approx(clean / 4).epsilon(0.02));
  CHECK(pixel(result, kSide / 2, kSide / 2) == cv::Vec3b::all(200));
  // In the middle of an edge r^2 = 1/2: (1 + 1/2)^-2 = 0.444.
  CHECK(light(result, kSide / 2, 0) == doctest::Approx(clean * 0.444).epsilon(0.02));
}

TEST_CASE("saturate keeps hue and value and ends at full saturation") {
  const Image colour = flat({40, 110, 200});
  CHECK(pixel(perturbed(colour, "saturate", {{"factor", 0.5}}), 0, 0) == cv::Vec3b(120, 155, 200));
  CHECK(pixel(perturbed(colour, "saturate", {{"factor", 0.0}}), 0, 0) == cv::Vec3b(200, 200, 200));
  // At most 200 / 160 = 1.25: 200 - 90 * 1.25 = 87.5.
  CHECK(pixel(perturbed(colour, "saturate", {{"factor", 3.0}}), 0, 0) == cv::Vec3b(0, 88, 200));
}

TEST_CASE("flash: the background keeps the ambient light and 16 % of the flash") {
  const Image result = perturbed(grey(128), "flash", {{"ratio", 3.0}});
  // Flash is 3/4 of the light: (1 + 0.26 * 0.75) * (1 - 0.75 * 0.84) = 0.442.
  CHECK(light(result, 0, 0) == doctest::Approx(0.442 * linear_of_pixel()[128]).epsilon(0.02));
  CHECK(mean_at(result, -0.3, -0.6, 0.3, 1.2) > 128);
}

TEST_CASE("flash: nose and chin shine, eyes do not, whichever way the head is turned") {
  for (const float yaw : {-0.2F, 0.0F, 0.2F}) {
    Frame turned = frame();
    // The nose moves to the side that the head is turned to.
    for (std::size_t i = 27; i <= 35; ++i) turned.landmarks.points[i].x += yaw * turned.inter_eye_px;
    const Image result =
        test::perturbed(grey(60), turned, "flash", test::params_of({{"ratio", 15.0}})).image;
    const auto brightest = [&](cv::Point2d from, cv::Point2d to) {
      double most = 0;
      cv::minMaxLoc(result.bgr()(test::pixels_at(frame(), {from, to})).clone().reshape(1), nullptr,
                    &most);
      return most;
    };
    CHECK(brightest({-0.7, -0.15}, {-0.3, 0.15}) < 80);
    CHECK(brightest({0.3, -0.15}, {0.7, 0.15}) < 80);
    CHECK(brightest({-0.5, 0.3}, {0.5, 0.7}) > 110);
    CHECK(brightest({-0.3, 1.3}, {0.3, 2.0}) > 110);
  }
}

TEST_CASE("specular glare only adds light, on the side of the lamp") {
  const auto cheeks = [](double azimuth) {
    const Image result =
        perturbed(grey(60), "specular_glare", {{"glare", 1.0}, {"azimuth_deg", azimuth}});
    double least = 0;
    cv::minMaxLoc(result.bgr().reshape(1), &least);
    CHECK(least == 60);
    return mean_at(result, -0.8, 0.2, -0.3, 0.8) - mean_at(result, 0.3, 0.2, 0.8, 0.8);
  };
  CHECK(cheeks(50) > 10);
  CHECK(cheeks(-50) < -10);
}

TEST_CASE("specular glare in glasses lies over the eyes and nowhere else") {
  const Image result = perturbed(grey(60), "specular_glare", {{"glare", 2.0}, {"surface", "glasses"}});
  CHECK(mean_at(result, -0.65, -0.1, -0.4, 0.1) > 200);
  CHECK(mean_at(result, 0.4, -0.1, 0.65, 0.1) > 200);
  CHECK(mean_at(result, -0.5, 0.7, 0.5, 1.2) == 60);
  CHECK(pixel(result, 3, 3) == cv::Vec3b::all(60));
}

TEST_CASE("night vision: one hue, pale skin whatever its colour, pupils that shine") {
  const std::vector<Value> night = {{"infrared", 1.0}};
  const Image grey_screen = perturbed(flat({70, 110, 170}), "night_vision", night);
  for (int x = 0; x < kSide; x += 10) {
    const cv::Vec3b p = pixel(grey_screen, x, x);
    CHECK((p[0] == p[1] && p[1] == p[2]));
  }
  // Dark and pale skin come closer together: their red light is 1 to 4.
  const auto seen = [&](const Image& image) {
    return linear_from_srgb(mean_at(perturbed(image, "night_vision", night), -0.3, 0.8, 0.3, 1.3) / 255);
  };
  const double ratio = seen(flat({150, 170, 200})) / seen(flat({60, 78, 105}));
  CHECK(ratio == doctest::Approx(std::pow(4.0, 0.6)).epsilon(0.1));

  std::vector<Value> dark = night;
  dark.push_back({"pupils", 0.0});
  const cv::Point2f eye = frame().landmarks.left_eye();
  const auto at_eye = [&](const std::vector<Value>& values) {
    return pixel(perturbed(grey(30), "night_vision", values), cvRound(eye.x), cvRound(eye.y))[1];
  };
  CHECK(at_eye(night) > at_eye(dark) + 60);
}

TEST_SUITE_END();
