// SPDX-License-Identifier: Apache-2.0
// The noise family against means and variances computed by hand, on plain pictures.
#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "perturb/condition.h"
#include "perturb/linear_light.h"
#include "perturb/srgb.h"
#include "tests/perturb/plain_pictures.h"

using namespace robench;

namespace {

constexpr int kSide = 250;

const Frame& frame() {  // 50 px between the eyes: a grain of 1.4 px
  static const Frame frontal(test::frontal_head(kSide, 50).landmarks);
  return frontal;
}

Image grey(int level) { return test::grey(kSide, level); }

Image perturbed(const Image& image, const char* name, const std::vector<test::Value>& values) {
  return test::perturbed(image, frame(), name, test::params_of(values)).image;
}

struct Spread {
  cv::Scalar mean, deviation;
};
Spread spread_of(const cv::Mat& values) {
  Spread spread;
  cv::meanStdDev(values, spread.mean, spread.deviation);
  return spread;
}

double share_of(const Image& image, int level) {
  cv::Mat equal;
  cv::inRange(image.bgr(), cv::Scalar::all(level), cv::Scalar::all(level), equal);
  return static_cast<double>(cv::countNonZero(equal)) / (kSide * kSide);
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("gaussian noise: the mean stays, the deviation is sigma, at every brightness") {
  for (const int level : {90, 128, 170}) {
    CAPTURE(level);
    const Spread spread = spread_of(perturbed(grey(level), "gaussian_noise", {{"sigma", 0.1}}).bgr());
    for (int c = 0; c < 3; ++c) {
      CHECK(std::abs(spread.mean[c] - level) < 0.6);
      CHECK(spread.deviation[c] == doctest::Approx(25.5).epsilon(0.02));
    }
  }
}

TEST_CASE("speckle noise: the deviation is sigma times the value, black stays black") {
  for (const int level : {50, 100, 150}) {
    CAPTURE(level);
    const Spread spread = spread_of(perturbed(grey(level), "speckle_noise", {{"sigma", 0.2}}).bgr());
    CHECK(std::abs(spread.mean[1] - level) < 0.006 * level);
    CHECK(spread.deviation[1] == doctest::Approx(0.2 * level).epsilon(0.02));
  }
  CHECK(perturbed(grey(0), "speckle_noise", {{"sigma", 0.6}}) == grey(0));
}

TEST_CASE("shot noise: a Poisson count of linear light") {
  // A white of 25 photons. 100 is 0.1274 in linear light: 3.2 photons, far from normal; 160 is 8.8.
  for (const int level : {100, 160}) {
    CAPTURE(level);
    const Image noisy = perturbed(grey(level), "shot_noise", {{"noise", 0.2}});
    const double light = linear_from_srgb(level / 255.0);
    const Spread spread = spread_of(linear_light(noisy));
    CHECK(spread.mean[1] == doctest::Approx(light).epsilon(0.02));
    CHECK(spread.deviation[1] == doctest::Approx(std::sqrt(light / 25)).epsilon(0.03));
  }
  const Image dark = perturbed(grey(100), "shot_noise", {{"noise", 0.2}});
  std::set<int> levels;
  for (int x = 0; x < kSide; ++x) levels.insert(dark.bgr().at<cv::Vec3b>(0, x)[0]);
  for (const int level : levels) {
    const double photons = 25 * linear_from_srgb(level / 255.0);
    CHECK(std::abs(photons - std::round(photons)) < 0.15);
  }
  // e^-3.184 = 0.0414 of the pixels count no photon.
  cv::Mat blue;
  cv::extractChannel(dark.bgr(), blue, 0);
  const double none = 1 - static_cast<double>(cv::countNonZero(blue)) / (kSide * kSide);
  CHECK(none == doctest::Approx(0.0414).epsilon(0.1));
}

TEST_CASE("shot noise: many photons are a normal number of the same variance") {
  const Spread spread = spread_of(linear_light(perturbed(grey(188), "shot_noise", {{"noise", 0.05}})));
  const double light = linear_from_srgb(188 / 255.0);
  CHECK(spread.mean[1] == doctest::Approx(light).epsilon(0.005));
  CHECK(spread.deviation[1] == doctest::Approx(0.05 * std::sqrt(light)).epsilon(0.02));
}

TEST_CASE("impulse noise: the share asked for, half white and half black") {
  for (const double share : {0.03, 0.1, 0.27, 1.0}) {
    CAPTURE(share);
    const Image noisy = perturbed(grey(128), "impulse_noise", {{"share", share}});
    CHECK(share_of(noisy, 255) == doctest::Approx(share / 2).epsilon(0.08));
    CHECK(share_of(noisy, 0) == doctest::Approx(share / 2).epsilon(0.08));
    CHECK(share_of(noisy, 128) == doctest::Approx(1 - share).epsilon(0.02));
  }
}

TEST_CASE("impulse noise: more of it keeps every speck") {
  const Image few = perturbed(grey(128), "impulse_noise", {{"share", 0.05}});
  const Image many = perturbed(grey(128), "impulse_noise", {{"share", 0.2}});
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const int speck = few.bgr().at<cv::Vec3b>(y, x)[0];
      REQUIRE((speck == 128 || many.bgr().at<cv::Vec3b>(y, x)[0] == speck));
    }
  }
}

TEST_CASE("sensor noise: the photon transfer curve after the demosaic") {
  for (const int level : {70, 128, 200}) {
    CAPTURE(level);
    const Image noisy =
        perturbed(grey(level), "sensor_noise",
                  {{"ev", 2.0}, {"white_electrons", 1e4}, {"read_noise_electrons", 6.0}});
    const double light = linear_from_srgb(level / 255.0);
    const Spread spread = spread_of(linear_light(noisy));
    const auto site_variance = [&](double balance) {
      const double white = 1e4 / balance;
      return (0.25 * 0.75 * white * light + (1 - 1.0 / 16) * 36) / std::pow(0.25 * white, 2);
    };
    // Bilinear: green is a site of its own or the mean of 4; red and blue are a quarter each of own
    // sites and of means of 4, and half means of 2: 1/2 (1 + 1/4) and 1/4 (1 + 1/4) + 1/2 * 1/2.
    CHECK(spread.mean[1] == doctest::Approx(light).epsilon(0.01));
    CHECK(spread.deviation[1] == doctest::Approx(std::sqrt(0.625 * site_variance(1.0))).epsilon(0.04));
    CHECK(spread.deviation[0] == doctest::Approx(std::sqrt(0.5625 * site_variance(1.6))).epsilon(0.04));
    CHECK(spread.deviation[2] == doctest::Approx(std::sqrt(0.5625 * site_variance(2.0))).epsilon(0.04));
  }
}

TEST_CASE("sensor noise: the demosaic makes neighbours alike") {
  const cv::Mat light =
      linear_light(perturbed(grey(128), "sensor_noise", {{"ev", 2.0}, {"white_electrons", 1e4}}));
  cv::Mat red;
  cv::extractChannel(light, red, 2);
  red -= cv::mean(red)[0];
  const cv::Mat left = red.colRange(0, kSide - 1);
  const cv::Mat right = red.colRange(1, kSide);
  // In red rows a site and a mean of two: covariance 1/2; in the others means of 2 and of 4: 1/4.
  // Over the variance 0.5625: (1/2 + 1/4) / 2 / 0.5625 = 2/3.
  CHECK(left.dot(right) / std::sqrt(left.dot(left) * right.dot(right)) ==
        doctest::Approx(2.0 / 3).epsilon(0.05));
}

TEST_SUITE_END();
