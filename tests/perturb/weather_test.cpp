// SPDX-License-Identifier: Apache-2.0
// The weather family and its noise against values computed by hand, on plain pictures.
#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "perturb/condition.h"
#include "perturb/srgb.h"
#include "perturb/weather/parts/scatter.h"
#include "perturb/weather/parts/streak.h"
#include "perturb/weather/parts/value_noise.h"
#include "tests/perturb/plain_pictures.h"

using namespace robench;

namespace {

constexpr int kSide = 200;

const Frame& frame() {
  static const Frame frontal(test::frontal_head(kSide, 40).landmarks);
  return frontal;
}

Image grey(int level, int side = kSide) { return test::grey(side, level); }

using test::Value;

Image perturbed(const Image& image, const char* name, const std::vector<Value>& values,
                const char* sample = "sample") {
  return test::perturbed(image, frame(), name, test::params_of(values), sample).image;
}

RandomStream stream() { return {1, "weather", "", "sample", 0}; }

double changed_share(const Image& a, const Image& b) {
  cv::Mat difference, any;
  cv::absdiff(a.bgr(), b.bgr(), difference);
  cv::extractChannel(difference, any, 1);
  return static_cast<double>(cv::countNonZero(any > 2)) / static_cast<double>(any.total());
}

// Mean of the frame of pixels along the picture's border, and of the middle fifth.
double border_mean(const Image& image) {
  cv::Mat mask(image.bgr().size(), CV_8U, cv::Scalar(255));
  mask(cv::Rect(12, 12, kSide - 24, kSide - 24)).setTo(0);
  return cv::mean(image.bgr(), mask)[1];
}
double middle_mean(const Image& image) {
  return cv::mean(image.bgr()(cv::Rect(2 * kSide / 5, 2 * kSide / 5, kSide / 5, kSide / 5)))[1];
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE(
    "even fog: a black picture shows airlight (1 - t), a picture as bright as the airlight stays") {
  // t = exp(-1) = 0.36788; 0.6 (1 - t) = 0.37927 of linear light is encoded as 0.64938 = 165.6.
  const std::vector<Value> even = {{"depth", 1.0}, {"patchiness", 0.0}, {"airlight", 0.6}};
  CHECK(perturbed(grey(0), "fog", even) == grey(166));
  // 120 is 0.18782 of linear light: 0.18782 t + 0.37927 = 0.44837, encoded 0.70027 = 178.6.
  CHECK(perturbed(grey(120), "fog", even) == grey(179));
  const double light = linear_of_pixel()[150];
  CHECK(perturbed(grey(150), "fog", {{"depth", 3.0}, {"patchiness", 0.0}, {"airlight", light}}) ==
        grey(150));
}

TEST_CASE("patches of fog keep the mean depth, and their pattern does not move with the depth") {
  const auto depths = [](double depth) {
    const Image image = perturbed(grey(0), "fog", {{"depth", depth}, {"airlight", 1.0}});
    cv::Mat out(kSide, kSide, CV_64F);
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x)
        out.at<double>(y, x) =
            -std::log(1.0 - static_cast<double>(linear_of_pixel()[image.bgr().at<cv::Vec3b>(y, x)[1]]));
    }
    return out;
  };
  const cv::Mat thin = depths(0.5);
  const cv::Mat thick = depths(1.0);
  CHECK(cv::norm(thick, 2 * thin, cv::NORM_INF) < 0.05);  // rounding of pixel values
  double mean = 0;
  for (const char* sample : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}) {
    const Image image =
        perturbed(grey(0), "fog", {{"depth", 0.2}, {"patchiness", 0.6}, {"airlight", 1.0}}, sample);
    mean += -std::log(1 - linear_from_srgb(cv::mean(image.bgr())[1] / 255)) / 12;
  }
  CHECK(mean == doctest::Approx(0.2).epsilon(0.15));
}

TEST_CASE("value noise: bounded, smooth, mean about 0, and periodic") {
  const ValueNoise noise(stream());
  double sum = 0;
  float steepest = 0;
  for (int i = 0; i < 200; ++i) {
    for (int j = 0; j < 200; ++j) {
      const float x = 0.31F * static_cast<float>(i) - 20.0F;
      const float y = 0.31F * static_cast<float>(j) - 20.0F;
      const float value = noise.at(x, y);
      REQUIRE(std::abs(value) <= 1.0F);
      REQUIRE(std::abs(noise.fractal(x, y, 5, 0.6F)) <= 1.0F);
      steepest = std::max(steepest, std::abs(noise.at(x + 0.01F, y) - value) / 0.01F);
      sum += static_cast<double>(value);
    }
  }
  CHECK(std::abs(sum / 40000) < 0.05);
  CHECK(steepest < 2 * 1.875F + 0.01F);  // two corners 2 apart, joined by a curve of slope 15/8
  CHECK(noise.at(3.25F, -7.5F) == noise.at(67.25F, 56.5F));
}

TEST_CASE("a row of noise is the noise, whether every pixel is computed or every few") {
  const ValueNoise noise(stream());
  for (const float px_per_unit : {20.0F, 100.0F, 700.0F}) {
    const FaceLine line{{-1.3F, 0.4F}, {1.0F / px_per_unit, 0.1F / px_per_unit}};
    std::vector<float> row(333);
    noise.fractal_row(line, 1.0F, 2, 0.5F, row);
    for (std::size_t x = 0; x < row.size(); ++x)
      REQUIRE(std::abs(row[x] - noise.fractal(line.u(x), line.v(x), 2, 0.5F)) < 0.06F);
  }
}

TEST_CASE("a lighter shower is part of a heavier one, and a crop sees what its photograph sees") {
  const auto places = [](const FaceAxes& axes, cv::Size size, double per_tile) {
    std::set<std::pair<float, float>> all;
    scatter(axes, size, stream(), per_tile, [&](const ScatteredThing& thing) {
      all.insert({thing.place.x, thing.place.y});
    });
    return all;
  };
  const FaceAxes axes(frame(), {kSide, kSide});
  const auto light = places(axes, {kSide, kSide}, 10);
  const auto heavy = places(axes, {kSide, kSide}, 31.5);
  CHECK(light.size() > 10);
  CHECK(heavy.size() > 2.5 * static_cast<double>(light.size()));
  for (const auto& place : light) CHECK(heavy.count(place) == 1);
  const auto wide = places(axes, {3 * kSide, 2 * kSide}, 10);
  for (const auto& place : light) CHECK(wide.count(place) == 1);
}

TEST_CASE("things in view fill the pyramid between a face crop and the camera") {
  // 5 * 63 mm = 0.315 m; 0.315^2 * 3 / 3 = 0.0992 cubic metres.
  CHECK(things_in_view(100, 3) == doctest::Approx(9.9225));
}

TEST_CASE("a streak spreads the light that it hides: motion and blur keep its sum") {
  const auto hidden = [](float half_length, float blur) {
    cv::Mat cover(kSide, kSide, CV_32F, cv::Scalar::all(0));
    add_streak(cover, {{100, 100}, {half_length, 0}, 6, blur, 0.2F});
    return cv::sum(cover)[0];
  };
  CHECK(hidden(0, 0) == doctest::Approx(0.2 * 3.14159 * 36).epsilon(0.02));
  // A capsule has the disc's area and a rectangle's: (pi r^2 + 4 r l) r / (r + l) over pi r^2 = 1.2
  // here.
  CHECK(hidden(40, 0) == doctest::Approx(hidden(0, 0)).epsilon(0.25));
  CHECK(hidden(0, 8) < hidden(0, 0));
}

TEST_CASE("rain and snow only add light to a dark picture, and fall as the wind says") {
  for (const char* name : {"rain", "snow"}) {
    CAPTURE(name);
    const Image dark = grey(40);
    const Image result = PreparedCondition({{step_at_severity(name, 4)}, Stage::crop}, 1)
                             .apply(dark, frame(), "sample", 0)
                             .image;
    double least = 0;
    double most = 0;
    cv::minMaxLoc(result.bgr().reshape(1), &least, &most);
    CHECK(least >= 40);
    CHECK(most > 70);
  }
  // Upright streaks: neighbours in a column are alike, neighbours in a row are not.
  const Image upright = perturbed(grey(40), "rain", {{"rate_mm_h", 100.0}, {"wind_deg", 0.0}});
  const cv::Mat& bgr = upright.bgr();
  const double down = cv::norm(bgr.rowRange(1, kSide), bgr.rowRange(0, kSide - 1), cv::NORM_L1);
  const double across = cv::norm(bgr.colRange(1, kSide), bgr.colRange(0, kSide - 1), cv::NORM_L1);
  CHECK(across > 3 * down);
}

TEST_CASE("the veil of snow removes twice the light that falls on its flakes") {
  // 2 * pi/4 * 28.3e-6 m^2 * 3000 / m^3 * 3 m = 0.400; a flake's light is 0.85: 0.85 (1 - exp(-0.4)) =
  // 0.2802.
  const Image veiled = perturbed(grey(0), "snow", {{"flakes_per_m3", 3000.0}, {"distance_m", 3.0}});
  double least = 0;
  cv::minMaxLoc(veiled.bgr().reshape(1), &least);
  CHECK(least == doctest::Approx(255 * srgb_from_linear(0.2802)).epsilon(0.005));
}

TEST_CASE("frost grows from the borders; what it covered stays covered") {
  const Image dark = grey(30);
  Image before = dark;
  for (const double growth : {0.2, 0.4, 0.6, 0.8}) {
    CAPTURE(growth);
    const Image result = perturbed(dark, "frost", {{"growth", growth}});
    CHECK(border_mean(result) > border_mean(before));
    cv::Mat less;
    cv::subtract(before.bgr(), result.bgr(), less);  // clips at 0: where there was more ice before
    CHECK(cv::mean(less)[1] < 0.3);
    before = result;
  }
  const Image half = perturbed(dark, "frost", {{"growth", 0.5}});
  CHECK(border_mean(half) > 130);
  CHECK(middle_mean(half) < 35);
}

TEST_CASE("spatter covers the share that was asked for, on average over pictures") {
  for (const double covered : {0.1, 0.3}) {
    CAPTURE(covered);
    double mean = 0;
    for (const char* sample : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}) {
      const Image white = grey(250);
      mean +=
          changed_share(perturbed(white, "spatter", {{"covered", covered}, {"liquid", "mud"}}, sample),
                        white) /
          12;
    }
    CHECK(mean == doctest::Approx(covered).epsilon(0.3));  // soft edges reach a little further
  }
}

TEST_CASE("a drop of water shows the picture upside down, mud shows nothing of it") {
  cv::Mat halves(kSide, kSide, CV_8UC3, cv::Scalar::all(0));
  halves.rowRange(kSide / 2, kSide).setTo(cv::Scalar::all(200));
  const Image result = perturbed(Image(halves), "spatter", {{"covered", 0.5}});
  // Light of the lower half is seen in the upper half, and darkness of the upper in the lower.
  CHECK(cv::mean(result.bgr().rowRange(kSide / 2 - 30, kSide / 2))[1] > 5);
  CHECK(cv::mean(result.bgr().rowRange(kSide / 2, kSide / 2 + 30))[1] < 190);
  const Image bright = perturbed(grey(255), "spatter", {{"covered", 0.5}, {"liquid", "mud"}});
  double least = 0;
  cv::minMaxLoc(bright.bgr().reshape(1), &least);
  CHECK(least < 60);
}

TEST_SUITE_END();
