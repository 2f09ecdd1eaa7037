// SPDX-License-Identifier: Apache-2.0
#include "perturb/grain_field.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/generated_face.h"

using namespace robench;

namespace {

// Eyes of a frontal head `unit` pixels apart in a picture of five times that.
FaceAxes axes_of(int unit) {
  FaceRecipe recipe;
  recipe.size_px = 5 * unit;
  recipe.inter_eye_px = unit;
  return {Frame(render_face(recipe).landmarks), {5 * unit, 5 * unit}};
}

GrainField field_of(int unit, double grain, int channels = 1) {
  const RandomStream stream(1, "field", "", "sample", 0);
  return grain_field(stream, axes_of(unit), {5 * unit, 5 * unit}, grain, channels);
}

// Correlation of pixels `lag` apart along a row.
double correlation(const cv::Mat& field, int lag) {
  const cv::Mat left = field.colRange(0, field.cols - lag);
  const cv::Mat right = field.colRange(lag, field.cols);
  return left.dot(right) / std::sqrt(left.dot(left) * right.dot(right));
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("grain: mean 0 and variance 1 at every grain, channels independent") {
  for (const double grain : {0.001, 0.028, 0.1}) {
    CAPTURE(grain);
    const GrainField field = field_of(60, grain, 3);
    cv::Scalar mean, deviation;
    cv::meanStdDev(field.values, mean, deviation);
    for (int c = 0; c < 3; ++c) {
      CHECK(std::abs(mean[c]) < 0.05);
      CHECK(deviation[c] == doctest::Approx(1).epsilon(0.03));
    }
    cv::Mat channels[3];
    cv::split(field.values, channels);
    CHECK(std::abs(channels[0].dot(channels[1])) / static_cast<double>(channels[0].total()) < 0.05);
  }
}

TEST_CASE("grain: neighbours are alike within a grain, and independent beyond it") {
  // The pitch is 151/315 of a grain. Correlation of cubic B-spline noise: the seventh-degree
  // B-spline over its peak 151/315, at distance 1 of the pitch 1191/5040, at 2 120/5040, at 3 1/5040.
  const GrainField field = field_of(100, 0.01 * 20 * 315 / 151);  // a pitch of 20 px
  CHECK(correlation(field.values, 20) == doctest::Approx(1191.0 / 2416).epsilon(0.1));
  CHECK(std::abs(correlation(field.values, 80)) < 0.1);
  // A grain of a pixel is nearly white: 2.09 pitches apart.
  CHECK(std::abs(correlation(field_of(100, 0.01).values, 1)) < 0.06);
}

TEST_CASE("grain: the same field at every resolution") {
  FaceRecipe recipe;
  recipe.size_px = 200;
  recipe.inter_eye_px = 40;
  const Landmarks small_face = render_face(recipe).landmarks;
  // The centre of a pixel is that of the middle one of the nine that it becomes.
  const Landmarks large_face = transformed(small_face, {3, 0, 1, 0, 3, 1});
  const RandomStream stream(1, "field", "", "sample", 0);
  const GrainField small = grain_field(stream, {Frame(small_face), {200, 200}}, {200, 200}, 0.1, 1);
  const GrainField large = grain_field(stream, {Frame(large_face), {600, 600}}, {600, 600}, 0.1, 1);
  double worst = 0;
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 200; ++x) {
      const float difference =
          small.values.at<float>(y, x) - large.values.at<float>(3 * y + 1, 3 * x + 1);
      worst = std::max(worst, std::abs(static_cast<double>(difference)));
    }
  }
  CHECK(worst < 0.001);
}

TEST_CASE("grain: where a pixel is wider than a grain, the noise averages out in it") {
  CHECK(field_of(100, 0.02).amplitude == 1.0);
  CHECK(field_of(100, 0.002).amplitude == doctest::Approx(0.2).epsilon(0.001));
}

TEST_SUITE_END();
