// SPDX-License-Identifier: Apache-2.0
#include "perturb/srgb.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace robench;

TEST_SUITE_BEGIN("perturb");

TEST_CASE("the sRGB curve at known points") {
  CHECK(linear_from_srgb(0.0) == 0.0);
  CHECK(linear_from_srgb(1.0) == doctest::Approx(1.0));
  CHECK(linear_from_srgb(0.5) == doctest::Approx(0.214041).epsilon(1e-5));
  CHECK(linear_from_srgb(0.04045) == doctest::Approx(0.0031308).epsilon(1e-4));
  CHECK(srgb_from_linear(0.18) == doctest::Approx(0.461356).epsilon(1e-5));
  CHECK(srgb_from_linear(-1.0) == 0.0);
  CHECK(srgb_from_linear(7.0) == doctest::Approx(1.0));
}

TEST_CASE("decoding and encoding a pixel value gives it back") {
  for (int v = 0; v < 256; ++v) {
    REQUIRE(srgb_encoder().encode(linear_of_pixel()[static_cast<std::size_t>(v)]) == v);
  }
}

TEST_CASE("the encoder's table is the curve, off by a level at most and hardly ever") {
  int different = 0;
  constexpr int kSteps = 100000;
  for (int i = 0; i <= kSteps; ++i) {
    const double light = static_cast<double>(i) / kSteps;
    const int exact = pixel_of_encoded(srgb_from_linear(light));
    const int table = srgb_encoder().encode(static_cast<float>(light));
    REQUIRE(std::abs(exact - table) <= 1);
    different += exact != table;
  }
  CHECK(different < kSteps / 500);
}

TEST_CASE("light outside of the range is clipped, and a NaN is black") {
  CHECK(srgb_encoder().encode(-0.1F) == 0);
  CHECK(srgb_encoder().encode(1e30F) == 255);
  CHECK(srgb_encoder().encode(std::numeric_limits<float>::infinity()) == 255);
  CHECK(srgb_encoder().encode(std::numeric_limits<float>::quiet_NaN()) == 0);
}

TEST_SUITE_END();
