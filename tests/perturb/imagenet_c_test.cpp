// SPDX-License-Identifier: Apache-2.0
// What every corruption of ImageNet-C promises, with either table, and what is special about some.
#include <doctest/doctest.h>

#include <limits>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "perturb/condition.h"
#include "perturb/error.h"
#include "tests/support/generated_face.h"

using namespace robench;

namespace {

const GeneratedFace& head() {
  static const GeneratedFace face = [] {
    FaceRecipe recipe;
    recipe.size_px = 160;
    recipe.inter_eye_px = 32;
    return render_face(recipe);
  }();
  return face;
}

struct Variant {
  const PerturbationSpec* spec;
  std::string table;
};

std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const RegisteredPerturbation& entry : perturbation_registry(SeveritySet::imagenet_c)) {
    for (const char* table : {"imagenet_c", "cifar_c"}) all.push_back({&entry.spec, table});
  }
  return all;
}

PreparedCondition prepared(const std::string& name, double level, const std::string& table) {
  Params given;
  given.set("table", table);
  return {Condition{{step_at_severity(name, level, given, SeveritySet::imagenet_c)}, Stage::crop}, 1};
}

Image applied(const std::string& name, double level, const Image& image, const char* sample = "sample",
              const std::string& table = "imagenet_c") {
  return prepared(name, level, table).apply(image, Frame(head().landmarks), sample, 0).image;
}

Image applied(const Variant& variant, double level, const char* sample = "sample") {
  return applied(variant.spec->name, level, head().image, sample, variant.table);
}

Image flat(cv::Scalar bgr, cv::Size size = {90, 80}) { return Image(cv::Mat(size, CV_8UC3, bgr)); }

double mean_absolute_change(const Image& a, const Image& b) {
  return cv::norm(a.bgr(), b.bgr(), cv::NORM_L1) / (3.0 * a.width() * a.height());
}

bool is_grey(const Image& image) {
  std::vector<cv::Mat> channels;
  cv::split(image.bgr(), channels);
  return cv::norm(channels[0], channels[1], cv::NORM_INF) == 0 &&
         cv::norm(channels[0], channels[2], cv::NORM_INF) == 0;
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("imagenet_c: the nineteen, by their names") {
  const std::set<std::string> expected = {"gaussian_noise",
                                          "shot_noise",
                                          "impulse_noise",
                                          "defocus_blur",
                                          "glass_blur",
                                          "motion_blur",
                                          "zoom_blur",
                                          "snow",
                                          "frost",
                                          "fog",
                                          "brightness",
                                          "contrast",
                                          "elastic_transform",
                                          "pixelate",
                                          "jpeg_compression",
                                          "speckle_noise",
                                          "gaussian_blur",
                                          "spatter",
                                          "saturate"};
  const std::vector<std::string> names = perturbation_names(SeveritySet::imagenet_c);
  CHECK(std::set<std::string>(names.begin(), names.end()) == expected);
  CHECK(names.size() == expected.size());
}

TEST_CASE("imagenet_c: whole levels only") {
  for (const SeveritySet set : {SeveritySet::imagenet_c, SeveritySet::cifar_c}) {
    CHECK_NOTHROW(static_cast<void>(step_at_severity("fog", 0, {}, set)));
    CHECK_NOTHROW(static_cast<void>(step_at_severity("fog", 3, {}, set)));
    for (const double severity : {0.5, 2.5, 4.999, 6.0, std::numeric_limits<double>::quiet_NaN()}) {
      CHECK_THROWS_AS(static_cast<void>(step_at_severity("fog", severity, {}, set)), ConfigError);
    }
  }
  Params level;
  level.set("level", 2.5);
  CHECK_THROWS_AS(static_cast<void>(step_at_value("fog", level, SeveritySet::imagenet_c)), ConfigError);
}

TEST_CASE("imagenet_c: the change of the pixels grows with the level, unless declared") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.spec->name);
    CAPTURE(variant.table);
    if (!variant.spec->not_monotone_reason.empty()) continue;
    double before = 0;
    for (const int level : {1, 2, 3, 4, 5}) {
      CAPTURE(level);
      const double change = mean_absolute_change(applied(variant, level), head().image);
      CHECK(change > before);
      before = change;
    }
  }
}

TEST_CASE("imagenet_c: what is declared not to grow does not") {
  for (const RegisteredPerturbation& entry : perturbation_registry(SeveritySet::imagenet_c)) {
    if (entry.spec.not_monotone_reason.empty()) continue;
    CAPTURE(entry.spec.name);
    bool grows = true;
    for (const char* table : {"imagenet_c", "cifar_c"}) {
      double before = 0;
      for (const int level : {1, 2, 3, 4, 5}) {
        const double change = mean_absolute_change(applied({&entry.spec, table}, level), head().image);
        grows &= change > before;
        before = change;
      }
    }
    CHECK_FALSE(grows);
  }
}

TEST_CASE("imagenet_c: same stream, same bytes; another sample, other noise; the input is left alone") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.spec->name);
    CAPTURE(variant.table);
    const Image input(head().image.bgr().clone());
    const Image first = applied(variant.spec->name, 4, input, "a", variant.table);
    CHECK(input == head().image);
    CHECK(applied(variant, 4, "a") == first);
    CHECK((applied(variant, 4, "b") == first) == !variant.spec->random);
  }
}

TEST_CASE("imagenet_c: several threads may share a condition") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.spec->name);
    const PreparedCondition condition = prepared(variant.spec->name, 3, variant.table);
    const Image expected = applied(variant, 3);
    std::vector<int> equal(4, 0);
    std::vector<std::thread> threads;
    for (int& result : equal) {
      threads.emplace_back([&] {
        const Frame frame(head().landmarks);
        result = condition.apply(head().image, frame, "sample", 0).image == expected;
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(equal == std::vector<int>(4, 1));
  }
}

TEST_CASE("imagenet_c: any size is survived and kept, black and white too, and parts of a picture") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.spec->name);
    CAPTURE(variant.table);
    for (const int level : {1, 3, 4, 5}) {
      CAPTURE(level);
      for (const cv::Size size : {cv::Size(1, 1), cv::Size(1, 7), cv::Size(2, 2), cv::Size(33, 1),
                                  cv::Size(67, 45), cv::Size(45, 300)}) {
        for (const int grey : {0, 120, 255}) {
          const Image picture = flat(cv::Scalar::all(grey), size);
          CHECK(applied(variant.spec->name, level, picture, "sample", variant.table).bgr().size() ==
                size);
        }
      }
    }
    const cv::Mat part = head().image.bgr()(cv::Rect(11, 7, 61, 60));
    CHECK(applied(variant.spec->name, 5, Image(part), "sample", variant.table) ==
          applied(variant.spec->name, 5, Image(part.clone()), "sample", variant.table));
  }
}

TEST_CASE("imagenet_c: grey stays grey where it says so") {
  cv::Mat green, grey;
  cv::extractChannel(head().image.bgr(), green, 1);
  cv::merge(std::vector<cv::Mat>{green, green, green}, grey);
  for (const Variant& variant : variants()) {
    if (!variant.spec->keeps_grey) continue;
    CAPTURE(variant.spec->name);
    for (const int level : {1, 5})
      CHECK(is_grey(applied(variant.spec->name, level, Image(grey), "sample", variant.table)));
  }
}

TEST_CASE("imagenet_c: values are rounded down, as NumPy's cast does") {
  // 100 + .1 * 255 = 125.5
  CHECK(applied("brightness", 1, flat({100, 100, 100})).bgr().at<cv::Vec3b>(0, 0) ==
        cv::Vec3b::all(125));
  // 60 and 200 scale by (200 + 51) / 200: 75.3, 251
  CHECK(applied("brightness", 2, flat({60, 60, 200})).bgr().at<cv::Vec3b>(0, 0) ==
        cv::Vec3b(75, 75, 251));
  // Halves of 50 and 101: mean 75.5; 75.5 -+ .4 * 25.5 = 65.3, 85.7
  cv::Mat halves(80, 90, CV_8UC3, cv::Scalar::all(50));
  halves.rowRange(0, 40).setTo(cv::Scalar::all(101));
  const Image flattened = applied("contrast", 1, Image(halves));
  CHECK(flattened.bgr().at<cv::Vec3b>(0, 0) == cv::Vec3b::all(85));
  CHECK(flattened.bgr().at<cv::Vec3b>(79, 0) == cv::Vec3b::all(65));
}

TEST_CASE("imagenet_c saturate: colour leaves or comes, hue and value stay, grey turns red at level 4") {
  // Value 200, smallest 100: S = .5. Level 1: .15, so the smallest is 200 * .85 = 170.
  const cv::Vec3b pale = applied("saturate", 1, flat({100, 150, 200})).bgr().at<cv::Vec3b>(0, 0);
  CHECK(pale == cv::Vec3b(170, 185, 200));
  // Level 3: S = 1, the smallest is 0, the middle stays half-way.
  CHECK(applied("saturate", 3, flat({100, 150, 200})).bgr().at<cv::Vec3b>(0, 0) ==
        cv::Vec3b(0, 100, 200));
  // Hue 0 with S = .1: 200 * .9.
  CHECK(applied("saturate", 4, flat({200, 200, 200})).bgr().at<cv::Vec3b>(0, 0) ==
        cv::Vec3b(180, 180, 200));
}

TEST_CASE("imagenet_c pixelate: squares of one value, each the mean of what it covers") {
  // Scale .25: squares of 4 x 4.
  cv::Mat picture(80, 80, CV_8UC3);
  for (int y = 0; y < 80; ++y) {
    for (int x = 0; x < 80; ++x)
      picture.at<cv::Vec3b>(y, x) = cv::Vec3b::all(static_cast<std::uint8_t>(2 * x + y % 4));
  }
  const Image squares = applied("pixelate", 5, Image(picture));
  // Across 0, 2, 4, 6: mean 3, plus the row's 0 to 3; then down: mean 4.5, rounded up.
  for (const int x : {0, 1, 2, 3}) CHECK(squares.bgr().at<cv::Vec3b>(2, x) == cv::Vec3b::all(5));
  CHECK(squares.bgr().at<cv::Vec3b>(2, 4) == cv::Vec3b::all(13));
}

TEST_CASE("imagenet_c shot noise: mean and variance of a Poisson number, in whole photons") {
  // 3 photons of white: value 85 has mean 1, so 0 with probability 1/e, and steps are 85.
  const Image noisy = applied("shot_noise", 5, flat({85, 85, 85}, {400, 300}));
  int dark = 0;
  for (int y = 0; y < noisy.height(); ++y) {
    for (int x = 0; x < noisy.width(); ++x) {
      const int value = noisy.bgr().at<cv::Vec3b>(y, x)[0];
      REQUIRE(value % 85 == 0);
      dark += value == 0;
    }
  }
  CHECK(dark / 120000.0 == doctest::Approx(0.36788).epsilon(0.015));
  CHECK(cv::mean(applied("shot_noise", 1, flat({85, 85, 85}, {400, 300})).bgr())[1] ==
        doctest::Approx(85 - 0.5).epsilon(0.01));  // rounding down costs half a value
}

TEST_CASE("imagenet_c impulse noise: the published share, half of it white; what is hit stays hit") {
  const Image grey = flat({128, 128, 128}, {400, 300});
  const Image level4 = applied("impulse_noise", 4, grey);
  const Image level5 = applied("impulse_noise", 5, grey);
  double hit = 0, white = 0;
  for (int y = 0; y < grey.height(); ++y) {
    for (int i = 0; i < 3 * grey.width(); ++i) {
      const std::uint8_t before = level4.bgr().ptr(y)[i];
      const std::uint8_t after = level5.bgr().ptr(y)[i];
      hit += after != 128;
      white += after == 255;
      if (before != 128) REQUIRE(after == before);
    }
  }
  CHECK(hit / 360000 == doctest::Approx(0.27).epsilon(0.02));
  CHECK(white / hit == doctest::Approx(0.5).epsilon(0.02));
}

TEST_CASE("imagenet_c fog: compresses the range and lifts black") {
  // (1 + 1.5 f) / 2.5 of white, f between 0 and 1.
  const Image white = applied("fog", 1, flat({255, 255, 255}, {128, 128}));
  double low = 0, high = 0;
  cv::minMaxLoc(white.bgr().reshape(1), &low, &high);
  CHECK(low == 102);
  CHECK(high == 255);
}

TEST_SUITE_END();
