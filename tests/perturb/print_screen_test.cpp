// SPDX-License-Identifier: Apache-2.0
// Halftone screens, their beat with a scanner, and thin lines, against values computed by hand.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "perturb/condition.h"
#include "perturb/document/parts/line_share.h"
#include "perturb/document/parts/print_screen.h"
#include "perturb/srgb.h"
#include "tests/perturb/plain_pictures.h"

using namespace robench;

namespace {

constexpr int kSide = 200;  // 5 inter-eye distances

const GeneratedFace& head() { return test::frontal_head(kSide, 40); }
const Frame& frame() {
  static const Frame frontal(head().landmarks);
  return frontal;
}

Image flat(const cv::Scalar& bgr) { return test::flat(kSide, bgr); }
Image grey(int level) { return test::grey(kSide, level); }

using test::light_of;
using test::params_of;
using test::Value;

Perturbed perturbed(const Image& image, const char* name, const std::vector<Value>& values) {
  return test::perturbed(image, frame(), name, params_of(values));
}

double mean_light(const Image& image, int channel) { return cv::mean(light_of(image, channel))[0]; }

// The strongest wave of a picture in periods a side, x not negative.
cv::Point strongest_wave(const cv::Mat1d& values) {
  cv::Mat1d waves = values - cv::mean(values)[0];
  cv::Mat2d spectrum;
  cv::dft(waves, spectrum, cv::DFT_COMPLEX_OUTPUT);
  cv::Point best;
  double most = -1;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x <= kSide / 2; ++x) {
      const double power = cv::norm(spectrum(y, x));
      if (power > most) {
        most = power;
        best = {x, y < kSide / 2 ? y : y - kSide};
      }
    }
  }
  return best;
}

// One of the two frequencies of a square lattice, either sign, within a bin.
bool is_lattice_wave(cv::Point wave, double angle_deg, double periods) {
  for (const cv::Point2d& expected : square_lattice(angle_deg, periods)) {
    for (const double sign : {-1.0, 1.0}) {
      const cv::Point2d off = cv::Point2d(wave) - sign * expected;
      if (std::abs(off.x) <= 1 && std::abs(off.y) <= 1) return true;
    }
  }
  return false;
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("a thin line covers its width of a pixel, a broad one all of it") {
  CHECK(line_share(0, 0.25F, 1) == doctest::Approx(0.25));
  CHECK(line_share(0, 3, 1) == doctest::Approx(1));
  CHECK(line_share(1, 2, 1) == doctest::Approx(0.5));  // its edge runs through the middle of the pixel
  CHECK(line_share(2, 2, 1) == 0);
  CHECK(line_family_share(0.3F, 2, 0.1F, 1) == doctest::Approx(0.2));  // two lines a pixel: their mean
}

TEST_CASE("halftone: the mean light of the dots is the tone, in grey and in colour") {
  for (const double black_share : {0.0, 0.6, 1.0}) {
    for (int level = 5; level < 256; level += 25) {
      CAPTURE(black_share);
      CAPTURE(level);
      const int half = level / 2;
      const int third = level / 3;
      const Image result = perturbed(flat(cv::Scalar(half, third, level)), "print_halftone",
                                     {{"pitch", 0.11}, {"dot_gain", 0.0}, {"black_share", black_share}})
                               .image;
      const std::array<int, 3> asked = {level / 2, level / 3, level};
      for (int c = 0; c < 3; ++c)
        CHECK(std::abs(mean_light(result, c) -
                       linear_of_pixel()[static_cast<std::size_t>(asked[static_cast<std::size_t>(c)])]) <
              0.012);
    }
  }
}

TEST_CASE("halftone: dot gain g prints half a tone as 0.5 + g") {
  // 188 is 0.503 in linear light: a tone of 0.497, printed as 0.497 + 0.4 * 0.497 * 0.503 = 0.597.
  const Image result =
      perturbed(grey(188), "print_halftone", {{"pitch", 0.11}, {"dot_gain", 0.1}, {"black_share", 1.0}})
          .image;
  CHECK(mean_light(result, 1) == doctest::Approx(1 - 0.597).epsilon(0.01));
}

TEST_CASE("halftone: without dots and dot gain every pixel is kept") {
  const Image result =
      perturbed(head().image, "print_halftone", {{"pitch", 0.0}, {"dot_gain", 0.0}}).image;
  CHECK(result == head().image);
}

TEST_CASE("halftone: each screen has its angle and its pitch") {
  // 8.8388 px = 0.22097 inter-eye distances: 22.627 periods a side, black at (16, 16).
  const std::vector<Value> values = {{"pitch", 0.220971}, {"dot_gain", 0.0}, {"black_share", 0.0}};
  const Image colours = perturbed(grey(188), "print_halftone", values).image;
  const double periods = kSide / (0.220971 * frame().inter_eye_px);
  CHECK(is_lattice_wave(strongest_wave(light_of(colours, 2)), 15, periods));  // cyan absorbs red
  CHECK(is_lattice_wave(strongest_wave(light_of(colours, 1)), 75, periods));
  CHECK(is_lattice_wave(strongest_wave(light_of(colours, 0)), 0, periods));
  std::vector<Value> black = values;
  black.back().value = 1.0;
  const cv::Point wave =
      strongest_wave(light_of(perturbed(grey(188), "print_halftone", black).image, 1));
  CHECK(std::abs(std::abs(wave.x) - 16) <= 1);
  CHECK(std::abs(std::abs(wave.y) - 16) <= 1);
}

TEST_CASE("moire: its period is that of the beat") {
  // Black at 45 degrees, 0.022: 32.141 periods a unit along each axis; the sensor takes 30.541. They
  // beat 1.6 times a unit, 8 times a picture.
  const double unit = frame().inter_eye_px;
  const double sensor = 1 / (std::sqrt(0.5) / 0.022 - 1.6 * 40 / unit);
  const Image result =
      perturbed(grey(188), "scan_moire",
                {{"transfer", 0.3}, {"sensor_pitch", sensor}, {"skew_deg", 0.0}, {"black_share", 1.0}})
          .image;
  const cv::Point wave = strongest_wave(light_of(result, 1));
  CHECK(std::abs(wave.x) == 8);
  CHECK(std::abs(wave.y) == 8);
  CHECK(mean_light(result, 1) == doctest::Approx(linear_of_pixel()[188]).epsilon(0.02));
}

TEST_SUITE_END();
