// SPDX-License-Identifier: Apache-2.0
// What every perturbation promises, for each one in the registry and each value of its choices.
#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "perturb/condition.h"
#include "tests/support/generated_face.h"
#include "tests/support/generated_others.h"

using namespace robench;

namespace {

const GeneratedFace& head() {
  static const GeneratedFace face = [] {
    FaceRecipe recipe;
    recipe.size_px = 200;
    recipe.inter_eye_px = 40;
    return render_face(recipe);
  }();
  return face;
}

Frame frame_of(const Landmarks& landmarks) {
  static const GeneratedOthers others;
  Frame frame(landmarks);
  frame.others = &others;
  return frame;
}

// A perturbation as a suite may ask for it: with its defaults, or with one choice set.
struct Variant {
  const PerturbationSpec* spec;
  Params given;
  [[nodiscard]] std::string name() const { return spec->name + ' ' + given.canonical(); }
};

std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const RegisteredPerturbation& entry : perturbation_registry()) {
    all.push_back({&entry.spec, {}});
    for (const ParamSpec& param : entry.spec.params) {
      for (const std::string& choice : param.choices) {
        Params given;
        given.set(param.name, choice);
        all.push_back({&entry.spec, given});
      }
    }
  }
  return all;
}

PreparedCondition prepared(const Variant& variant, double severity, std::uint64_t seed = 1) {
  return {Condition{{step_at_severity(variant.spec->name, severity, variant.given)}, Stage::crop}, seed};
}

Image applied(const Variant& variant, double severity, const GeneratedFace& face = head(),
              const char* sample = "sample") {
  return prepared(variant, severity).apply(face.image, frame_of(face.landmarks), sample, 0).image;
}

double mean_absolute_change(const Image& a, const Image& b) {
  return cv::norm(a.bgr(), b.bgr(), cv::NORM_L1) / (3.0 * a.width() * a.height());
}

Landmarks shifted_and_scaled(double scale, double dx, double dy) {
  return transformed(head().landmarks, {scale, 0, dx, 0, scale, dy});
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("severity 0 is exactly the clean picture") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name());
    CHECK(applied(variant, 0) == head().image);
  }
}

TEST_CASE("make() at the neutral value gives the clean pixels by the normal path") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name());
    if (!variant.spec->neutral) continue;
    Params params = variant.given;
    params.set(variant.spec->strength, *variant.spec->neutral);
    const Perturber perturber = variant.spec->make(resolved_params(*variant.spec, params));
    const RandomStream stream(1, variant.spec->name, "", "sample", 0);
    CHECK(perturber(head().image, frame_of(head().landmarks), stream).image == head().image);
    // Every pixel value in every channel.
    cv::Mat all_values(256, 3, CV_8UC3);
    for (int v = 0; v < 256; ++v) {
      all_values.at<cv::Vec3b>(v, 0) = cv::Vec3b::all(static_cast<std::uint8_t>(v));
      all_values.at<cv::Vec3b>(v, 1) = {static_cast<std::uint8_t>(v), 0, 255};
      all_values.at<cv::Vec3b>(v, 2) = {100, static_cast<std::uint8_t>(v),
                                        static_cast<std::uint8_t>(255 - v)};
    }
    const Image values(all_values);
    CHECK(perturber(values, frame_of(head().landmarks), stream).image == values);
  }
}

TEST_CASE("the change of the pixels grows with severity") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name());
    if (!variant.spec->not_monotone_reason.empty()) continue;
    double before = 0;
    for (const double severity : {0.5, 1.0, 2.0, 3.0, 4.0, 4.5, 5.0}) {
      if (severity < 1 && !variant.spec->neutral) continue;
      CAPTURE(severity);
      const double change = mean_absolute_change(applied(variant, severity), head().image);
      CHECK(change > before);
      before = change;
    }
    CHECK(before > 4);  // severity 5 can be seen
  }
}

TEST_CASE("the same stream gives the same bytes, and the input is left alone") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name());
    const Image input(head().image.bgr().clone());
    const PreparedCondition condition = prepared(variant, 4);
    const Image first = condition.apply(input, frame_of(head().landmarks), "sample", 0).image;
    CHECK(condition.apply(input, frame_of(head().landmarks), "sample", 0).image == first);
    CHECK(prepared(variant, 4).apply(input, frame_of(head().landmarks), "sample", 0).image == first);
    CHECK(input == head().image);
  }
}

TEST_CASE("another sample gets other random numbers, where there are any") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name());
    const bool same = applied(variant, 3, head(), "a") == applied(variant, 3, head(), "b");
    CHECK(same == !variant.spec->random);
  }
}

TEST_CASE("all severities share one random field") {
  // If the field moved with the strength, neighbouring strengths would differ like two samples.
  for (const Variant& variant : variants()) {
    if (!variant.spec->random) continue;
    CAPTURE(variant.name());
    const Image base = applied(variant, 4);
    const double to_neighbour = mean_absolute_change(base, applied(variant, 4.01));
    const double to_other_sample = mean_absolute_change(base, applied(variant, 4, head(), "other"));
    CHECK(to_neighbour < 0.2 * to_other_sample);
  }
}

TEST_CASE("several threads may share a condition") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name());
    const PreparedCondition condition = prepared(variant, 3);
    const Image expected = condition.apply(head().image, frame_of(head().landmarks), "sample", 0).image;
    std::vector<int> equal(4, 0);
    std::vector<std::thread> threads;
    for (int& result : equal) {
      threads.emplace_back([&] {
        result =
            condition.apply(head().image, frame_of(head().landmarks), "sample", 0).image == expected;
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(equal == std::vector<int>(4, 1));
  }
}

TEST_CASE("any size and any landmarks are survived, and the size is kept") {
  Landmarks coinciding;
  coinciding.points.fill({50, 50});
  Landmarks not_numbers = head().landmarks;
  not_numbers.points[40] = {std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity()};
  const std::vector<Landmarks> landmark_sets = {
      head().landmarks,
      coinciding,
      not_numbers,
      shifted_and_scaled(1, -5000, 3000),   // outside of the picture
      shifted_and_scaled(1e-3, 0, 0),       // a face smaller than a pixel
      shifted_and_scaled(1e3, -1e5, -1e5),  // a face far larger than the picture
      shifted_and_scaled(-1, 200, 200),     // upside down
  };
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name());
    const PreparedCondition condition = prepared(variant, 5);
    for (const cv::Size size : {cv::Size(1, 1), cv::Size(1, 7), cv::Size(33, 1), cv::Size(67, 45)}) {
      const Image picture(cv::Mat(size, CV_8UC3, cv::Scalar(60, 120, 180)));
      for (const Landmarks& landmarks : landmark_sets) {
        const Image result = condition.apply(picture, frame_of(landmarks), "sample", 0).image;
        CHECK(result.bgr().size() == size);
      }
    }
  }
}

TEST_CASE("black, white, and a part of a larger picture") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name());
    const PreparedCondition condition = prepared(variant, 5);
    for (const int level : {0, 255}) {
      cv::Mat large(90, 90, CV_8UC3, cv::Scalar::all(level));
      const cv::Mat part = large(cv::Rect(11, 7, 60, 60));
      const Image result = condition.apply(Image(part), frame_of(head().landmarks), "sample", 0).image;
      CHECK(result ==
            condition.apply(Image(part.clone()), frame_of(head().landmarks), "sample", 0).image);
    }
  }
}

TEST_CASE("grey stays grey where the perturbation says so") {
  cv::Mat grey;
  cv::extractChannel(head().image.bgr(), grey, 1);
  cv::Mat as_bgr;
  cv::merge(std::vector<cv::Mat>{grey, grey, grey}, as_bgr);
  const GeneratedFace face{Image(as_bgr), head().landmarks};
  for (const Variant& variant : variants()) {
    if (!variant.spec->keeps_grey) continue;
    CAPTURE(variant.name());
    const Image result = applied(variant, 5, face);
    std::vector<cv::Mat> channels;
    cv::split(result.bgr(), channels);
    CHECK(cv::norm(channels[0], channels[1], cv::NORM_INF) == 0);
    CHECK(cv::norm(channels[0], channels[2], cv::NORM_INF) == 0);
  }
}

TEST_CASE("a photograph of 2000 x 1500 pixels") {
  const Image photograph(cv::Mat(1500, 2000, CV_8UC3, cv::Scalar(60, 120, 180)));
  const Frame frame = frame_of(shifted_and_scaled(4, 500, 300));
  for (const RegisteredPerturbation& entry : perturbation_registry()) {
    CAPTURE(entry.spec.name);
    const Image result = prepared({&entry.spec, {}}, 5).apply(photograph, frame, "sample", 0).image;
    CHECK(result.bgr().size() == cv::Size(2000, 1500));
  }
}

TEST_CASE("a severity means the same at every resolution") {
  // The same head at 2.5 times the resolution, brought down again, against the small one. Noise is
  // per pixel and averages out, so it is compared by the mean of blocks as well.
  FaceRecipe recipe;
  recipe.size_px = 500;
  recipe.inter_eye_px = 100;
  const GeneratedFace large = render_face(recipe);
  const auto blocks = [](const Image& image) {
    constexpr int kBlocks = 20;
    cv::Mat means(kBlocks, kBlocks, CV_8UC3);
    const int side = image.width() / kBlocks;
    for (int y = 0; y < kBlocks; ++y) {
      for (int x = 0; x < kBlocks; ++x) {
        const cv::Scalar mean = cv::mean(image.bgr()(cv::Rect(x * side, y * side, side, side)));
        for (int c = 0; c < 3; ++c)
          means.at<cv::Vec3b>(y, x)[c] = cv::saturate_cast<std::uint8_t>(mean[c]);
      }
    }
    return Image(means);
  };
  const double unperturbed = mean_absolute_change(blocks(large.image), blocks(head().image));
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name());
    if (!variant.spec->depends_on_pixels_reason.empty()) continue;
    const double difference =
        mean_absolute_change(blocks(applied(variant, 3, large)), blocks(applied(variant, 3)));
    CHECK(difference < unperturbed + 1.5);
  }
}

TEST_SUITE_END();
