// SPDX-License-Identifier: Apache-2.0
// Point-spread functions against areas and moments computed by hand.
#include "perturb/blur/parts/point_spread.h"
#include "perturb/gaussian_blurred.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "perturb/random_stream.h"

using namespace robench;

namespace {

struct Moments {
  double sum, mean_x, mean_y, variance_x, variance_y;
};

// About the middle of a picture of odd sides.
Moments moments_of(const cv::Mat& shares) {
  Moments m{};
  for (int y = 0; y < shares.rows; ++y) {
    for (int x = 0; x < shares.cols; ++x) {
      const double share = shares.at<float>(y, x);
      const double dx = x - shares.cols / 2;
      const double dy = y - shares.rows / 2;
      m.sum += share;
      m.mean_x += share * dx;
      m.mean_y += share * dy;
      m.variance_x += share * dx * dx;
      m.variance_y += share * dy * dy;
    }
  }
  return m;
}

cv::Mat random_picture(int width, int height, int channels) {
  cv::Mat picture(height, width, CV_MAKETYPE(CV_32F, channels));
  const RandomStream stream(1, "picture", "", "sample", 0);
  for (int i = 0; i < width * height * channels; ++i)
    picture.ptr<float>()[i] = static_cast<float>(stream.uniform(static_cast<std::uint64_t>(i)));
  return picture;
}

cv::Mat one_point(int side) {
  cv::Mat picture = cv::Mat::zeros(side, side, CV_32FC1);
  picture.at<float>(side / 2, side / 2) = 1;
  return picture;
}

// The definition: every point's light, shared out; outside, the mirrored picture.
float convolved_at(const cv::Mat& light, const cv::Mat& spread, int x, int y) {
  double sum = 0;
  for (int dy = -spread.rows / 2; dy <= spread.rows / 2; ++dy) {
    for (int dx = -spread.cols / 2; dx <= spread.cols / 2; ++dx) {
      const int from_x = cv::borderInterpolate(x - dx, light.cols, cv::BORDER_REFLECT);
      const int from_y = cv::borderInterpolate(y - dy, light.rows, cv::BORDER_REFLECT);
      sum += static_cast<double>(spread.at<float>(dy + spread.rows / 2, dx + spread.cols / 2)) *
             light.at<float>(from_y, from_x);
    }
  }
  return static_cast<float>(sum);
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("a disk of one pixel radius covers its pixels by their area") {
  const cv::Mat disk = disk_spread(1);
  REQUIRE(disk.size() == cv::Size(3, 3));
  // It covers the middle pixel whole. Of the one beside it, the integral of sqrt(1 - y^2) - 1/2 over
  // -1/2..1/2 = 0.4330 + 0.5236 - 0.5; of a corner a quarter of the rest. All over pi.
  CHECK(disk.at<float>(1, 1) == doctest::Approx(1 / std::numbers::pi).epsilon(0.002));
  CHECK(disk.at<float>(1, 2) == doctest::Approx(0.4566 / std::numbers::pi).epsilon(0.002));
  CHECK(disk.at<float>(0, 0) == doctest::Approx(0.0788 / std::numbers::pi).epsilon(0.02));
  CHECK(disk.at<float>(0, 1) == doctest::Approx(disk.at<float>(1, 0)).epsilon(0.003));
}

TEST_CASE("a disk has the variance r^2 / 4 on each axis, and about a pixel's own 1/12") {
  for (const double radius : {0.8, 2.5, 10.0, 37.3}) {
    CAPTURE(radius);
    const Moments m = moments_of(disk_spread(radius));
    CHECK(m.sum == doctest::Approx(1).epsilon(1e-5));
    CHECK(std::abs(m.mean_x) < 1e-5);
    CHECK(std::abs(m.variance_x - radius * radius / 4 - 1.0 / 12) < 0.05);
    CHECK(m.variance_y == doctest::Approx(m.variance_x).epsilon(0.005));
  }
}

TEST_CASE("a line of four pixels: four quarters, the two at its ends half covered") {
  const cv::Mat line = line_spread(4, 0);
  REQUIRE(line.size() == cv::Size(5, 1));
  const float expected[] = {0.125F, 0.25F, 0.25F, 0.25F, 0.125F};
  for (int x = 0; x < 5; ++x) CHECK(line.at<float>(0, x) == doctest::Approx(expected[x]));
}

TEST_CASE("a line has the variance of its length along it, and a positive angle falls to the right") {
  for (const double angle : {20.0, 45.0, 90.0, 130.0}) {
    CAPTURE(angle);
    const double radians = angle * std::numbers::pi / 180;
    const cv::Mat line = line_spread(30, angle);
    const Moments m = moments_of(line);
    CHECK(m.sum == doctest::Approx(1).epsilon(1e-5));
    CHECK(std::abs(m.variance_x - 75 * std::pow(std::cos(radians), 2)) < 0.3);  // 30^2 / 12
    CHECK(std::abs(m.variance_y - 75 * std::pow(std::sin(radians), 2)) < 0.3);
  }
  const cv::Mat falling = line_spread(10, 45);
  CHECK(falling.at<float>(falling.rows - 2, falling.cols - 2) > 0.05F);
  CHECK(falling.at<float>(1, falling.cols - 2) == 0);
}

TEST_CASE("a spread narrower than a pixel is the share 1 in the middle") {
  for (const cv::Mat& spread : {disk_spread(0), disk_spread(0.4), line_spread(0, 33)}) {
    REQUIRE(spread.size() == cv::Size(1, 1));
    CHECK(spread.at<float>(0, 0) == 1.0F);
  }
}

TEST_CASE("a point of light becomes the spread, on the side where the path went") {
  const cv::Mat spread = path_spread({{0, 0}, {6, 0}, {6, 3}});
  const cv::Mat lit = spread_light(one_point(31), spread);
  double worst = 0;
  for (int y = 0; y < spread.rows; ++y) {
    for (int x = 0; x < spread.cols; ++x) {
      const float at = lit.at<float>(15 + y - spread.rows / 2, 15 + x - spread.cols / 2);
      worst = std::max(worst, static_cast<double>(std::abs(at - spread.at<float>(y, x))));
    }
  }
  CHECK(worst == 0);
  CHECK(lit.at<float>(17, 21) > 0.1F);
  CHECK(lit.at<float>(15, 10) == 0);
}

TEST_CASE("spread_light is the convolution with a mirrored border, by each of its ways") {
  for (const cv::Mat& spread : {disk_spread(9.3), line_spread(17, 25), disk_spread(1.2)}) {
    for (const int channels : {1, 3}) {
      const cv::Mat light = random_picture(41, 23, channels);
      const cv::Mat result = spread_light(light, spread);
      cv::Mat first;
      cv::extractChannel(light, first, 0);
      double worst = 0;
      for (int y = 0; y < light.rows; ++y) {
        for (int x = 0; x < light.cols; ++x) {
          const float expected = convolved_at(first, spread, x, y);
          worst = std::max(worst,
                           static_cast<double>(std::abs(result.ptr<float>(y)[x * channels] - expected)));
        }
      }
      CHECK(worst < 2e-6);
    }
  }
}

TEST_CASE("no light is lost, at the edges neither, by spreads that are alike to both sides") {
  const cv::Mat light = random_picture(64, 48, 1);
  const double before = cv::sum(light)[0];
  for (const cv::Mat& spread : {disk_spread(20), line_spread(31, 90), disk_spread(100)})
    CHECK(cv::sum(spread_light(light, spread))[0] == doctest::Approx(before).epsilon(1e-5));
}

TEST_CASE("a Gaussian has the standard deviation asked for, at the lower resolution too") {
  for (const double sigma : {1.0, 4.0, 11.9, 12.1, 20.0, 31.0}) {
    CAPTURE(sigma);
    const Moments m = moments_of(gaussian_blurred(one_point(301), sigma));
    CHECK(m.sum == doctest::Approx(1).epsilon(1e-3));
    CHECK(std::sqrt(m.variance_x) == doctest::Approx(sigma).epsilon(0.01));
    CHECK(std::sqrt(m.variance_y) == doctest::Approx(sigma).epsilon(0.01));
  }
}

TEST_CASE("a Gaussian at the lower resolution: an edge of 255 levels errs by less than half a level") {
  for (const double sigma : {12.5, 17.9, 18.1, 40.0}) {
    CAPTURE(sigma);
    cv::Mat edge = cv::Mat::zeros(20, 401, CV_32FC1);
    edge.colRange(200, 401).setTo(255);
    const cv::Mat blurred = gaussian_blurred(edge, sigma);
    double worst = 0;
    for (int x = 100; x < 300; ++x) {
      const double expected = 255 * 0.5 * std::erfc(-(x - 199.5) / sigma / std::numbers::sqrt2);
      worst = std::max(worst, std::abs(blurred.at<float>(10, x) - expected));
    }
    CHECK(worst < 0.5);
  }
}

TEST_SUITE_END();
