// SPDX-License-Identifier: Apache-2.0
// The document family against values computed by hand, on plain pictures.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "perturb/condition.h"
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

Image grey(int level) { return test::grey(kSide, level); }

using test::light_of;
using test::params_of;
using test::Value;

Perturbed perturbed(const Image& image, const char* name, const std::vector<Value>& values) {
  return test::perturbed(image, frame(), name, params_of(values));
}

// With the same random numbers whatever the parameters are.
Image with_one_stream(const Image& image, const char* name, const std::vector<Value>& values) {
  const PerturbationSpec& spec = find_perturbation(name)->spec;
  const RandomStream stream(1, name, "", "sample", 0);
  return spec.make(resolved_params(spec, params_of(values)))(image, frame(), stream).image;
}

double mean_light(const Image& image, int channel) { return cv::mean(light_of(image, channel))[0]; }

// A pixel of the picture at a place in inter-eye distances about the midpoint of the eyes.
cv::Vec3b at(const Image& image, double u, double v) {
  const cv::Point2f eyes = (frame().landmarks.left_eye() + frame().landmarks.right_eye()) * 0.5F;
  const double unit = frame().inter_eye_px;
  return image.bgr().at<cv::Vec3b>(cvRound(eyes.y + v * unit), cvRound(eyes.x + u * unit));
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("lamination glare adds the lamp and a halo, and takes nothing") {
  for (const char* lamp : {"tube", "window", "bulb"}) {
    CAPTURE(lamp);
    const Image result =
        perturbed(grey(0), "lamination_glare", {{"glare", 0.5}, {"lamp", std::string(lamp)}}).image;
    double most = 0;
    cv::minMaxLoc(light_of(result, 0), nullptr, &most);
    CHECK(most > 0.49);
    CHECK(most < 0.5 * 1.1 + 0.01);
    const Image face =
        perturbed(head().image, "lamination_glare", {{"glare", 0.5}, {"lamp", std::string(lamp)}}).image;
    CHECK(cv::countNonZero((face.bgr() < head().image.bgr()).operator cv::Mat().reshape(1)) == 0);
  }
}

TEST_CASE("hologram: twice the turn of colours brings back the pattern, half of it does not") {
  const auto tilted = [](double tilt) {
    return with_one_stream(grey(60), "hologram", {{"opacity", 0.5}, {"tilt_deg", tilt}});
  };
  CHECK(cv::norm(tilted(0).bgr(), tilted(40).bgr(), cv::NORM_INF) <= 1);
  CHECK(cv::norm(tilted(0).bgr(), tilted(10).bgr(), cv::NORM_INF) > 40);
}

TEST_CASE(
    "guilloche: a line absorbs the density of its ink, and twice the width absorbs twice the light") {
  const auto printed = [](double width) {
    return with_one_stream(grey(255), "guilloche", {{"density", 0.5}, {"line_width", width}});
  };
  double least = 0;
  cv::minMaxLoc(light_of(printed(0.06), 1), &least);
  // Between the two inks, which reflect 0.30 and 0.04 of the green light.
  CHECK(least < 1 - 0.5 * 0.70 + 0.01);
  CHECK(least > 1 - 0.5 * 0.96 - 0.01);
  const double lost = 1 - mean_light(printed(0.006), 1);
  CHECK((1 - mean_light(printed(0.012), 1)) / lost == doctest::Approx(2).epsilon(0.1));
}

TEST_CASE("ghost portrait: full ink absorbs its opacity") {
  // Left half black, right half white. The ghost stands 0.75 right and 0.8 below of the eyes: left of
  // that it is black, right of it white.
  cv::Mat halves(kSide, kSide, CV_8UC3, cv::Scalar::all(255));
  halves.colRange(0, kSide / 2).setTo(cv::Scalar::all(0));
  const Image result = perturbed(Image(halves), "ghost_portrait", {{"opacity", 0.5}}).image;
  CHECK(at(result, 0.50, 0.80) == cv::Vec3b::all(188));  // linear 0.5
  CHECK(at(result, 1.00, 0.80) == cv::Vec3b::all(255));
  CHECK(at(result, 0.70, -1.0) == cv::Vec3b::all(255));  // beyond the ghost
}

TEST_CASE("stamp: its ink takes most from red if blue, its ring stands on the side asked for") {
  const Image white = grey(255);
  for (const char* side : {"left", "right"}) {
    const Image result =
        perturbed(white, "stamp", {{"density", 1.0}, {"side", std::string(side)}}).image;
    CHECK(mean_light(result, 2) < mean_light(result, 1));
    CHECK(mean_light(result, 1) < mean_light(result, 0));
    const cv::Moments ink = cv::moments(1 - light_of(result, 2));
    CHECK((ink.m10 / ink.m00 < kSide / 2.0) == (std::string(side) == "left"));
    CHECK(1 - mean_light(result, 2) > 0.03);  // of the picture; the whole ring holds 21 % of it
    CHECK(1 - mean_light(result, 2) < 0.13);
  }
}

TEST_CASE("scratches and crease: the fold is bright on one slope and dark on the other") {
  const Image result = with_one_stream(grey(128), "scratches_and_crease", {{"wear", 1.0}});
  double least = 0;
  double most = 0;
  cv::minMaxLoc(light_of(result, 1), &least, &most);
  CHECK(least < 0.5 * linear_of_pixel()[128]);
  CHECK(most > 2 * linear_of_pixel()[128]);
  // A card that is hardly worn keeps nearly all of its pixels.
  const Image young = with_one_stream(grey(128), "scratches_and_crease", {{"wear", 0.05}});
  cv::Mat changed;
  cv::absdiff(young.bgr(), cv::Scalar::all(128), changed);
  CHECK(cv::countNonZero(changed.reshape(1) > 6) < 0.02 * 3 * kSide * kSide);
}

TEST_CASE("fading: white stays, black turns to the colour whose dye is gone") {
  CHECK(perturbed(grey(255), "fading", {{"fade", 1.0}, {"cast", "neutral"}}).image == grey(255));
  // Red light of black, cast magenta: (0.005 / 1.005)^0.3 * 1.005 - 0.005 = 0.1997, encoded 0.4842.
  const cv::Vec3b black =
      at(perturbed(grey(0), "fading", {{"fade", 1.0}, {"cast", "magenta"}}).image, 0, 0);
  CHECK(black[2] == 123);
  CHECK(black[2] > black[0] + 60);
  CHECK(black[2] > black[1] + 60);
  const cv::Vec3b white = at(perturbed(grey(255), "fading", {{"fade", 1.0}}).image, 0, 0);
  // Blue light of a yellowed base: 10^-0.24 = 0.575, encoded 0.7830.
  CHECK(white[0] == 200);
  CHECK(white[2] == 255);
}

TEST_CASE("chip photo: detail finer than its pixels is gone, and fewer bytes leave less") {
  cv::Mat board(kSide, kSide, CV_8UC3);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x)
      board.at<cv::Vec3b>(y, x) = cv::Vec3b::all((x + y) % 2 == 0 ? 90 : 110);
  }
  const Image coarse =
      perturbed(Image(board), "chip_photo", {{"kilobytes", 100.0}, {"inter_eye_px", 20.0}}).image;
  CHECK(cv::norm(coarse.bgr(), cv::Mat(grey(100).bgr()), cv::NORM_INF) <= 2);
  const auto error = [](double kilobytes) {
    return cv::norm(perturbed(head().image, "chip_photo", {{"kilobytes", kilobytes}}).image.bgr(),
                    head().image.bgr(), cv::NORM_L2);
  };
  CHECK(error(15) < 0.5 * error(1));
  CHECK(error(1) < error(0.4));
}

TEST_CASE("document capture: landmarks go where the card goes") {
  for (const std::size_t index : {8U, 30U, 36U, 45U, 54U}) {
    CAPTURE(index);
    // A soft bright dot at the landmark.
    const cv::Point2f point = frame().landmarks.points[index];
    cv::Mat dotted(kSide, kSide, CV_8UC3, cv::Scalar::all(0));
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        const double r2 = std::pow(x - static_cast<double>(point.x), 2) +
                          std::pow(y - static_cast<double>(point.y), 2);
        dotted.at<cv::Vec3b>(y, x) =
            cv::Vec3b::all(cv::saturate_cast<std::uint8_t>(250 * std::exp(-r2 / 18)));
      }
    }
    const Perturbed result = perturbed(Image(dotted), "document_capture",
                                       {{"level", 0.8},
                                        {"print", 0.0},
                                        {"security", 0.0},
                                        {"wear", 0.0},
                                        {"light", 0.0},
                                        {"camera", 0.0}});
    cv::Mat1b seen;
    cv::extractChannel(result.image.bgr(), seen, 0);
    const cv::Moments dot = cv::moments(seen);
    const cv::Point2d centre(dot.m10 / dot.m00, dot.m01 / dot.m00);
    REQUIRE(result.landmarks.has_value());
    const cv::Point2d expected = result.landmarks->points[index];
    CHECK(cv::norm(centre - expected) < 0.3);
    if (index == 8U) CHECK(cv::norm(expected - cv::Point2d(point)) > 2);  // it did move
  }
}

TEST_CASE("document capture: a part that is left out leaves no trace") {
  const Perturbed nothing = perturbed(head().image, "document_capture",
                                      {{"level", 1.0},
                                       {"print", 0.0},
                                       {"security", 0.0},
                                       {"wear", 0.0},
                                       {"perspective", 0.0},
                                       {"light", 0.0},
                                       {"camera", 0.0}});
  CHECK(nothing.image == head().image);
}

TEST_SUITE_END();
