// SPDX-License-Identifier: Apache-2.0
// What is special about the background family, on generated heads and on plain pictures.
#include <doctest/doctest.h>

#include <cmath>

#include "perturb/background/parts/linear_blur.h"
#include "perturb/condition.h"
#include "perturb/gaussian_blurred.h"
#include "perturb/other_faces.h"
#include "perturb/subject_mask.h"
#include "tests/perturb/plain_pictures.h"

using namespace robench;

namespace {

const GeneratedFace& head() { return test::frontal_head(320, 40); }

// A donor of one colour, so that every pixel of it can be told: green, and red from the third drawn on.
class ColouredOther : public OtherFaces {
 public:
  [[nodiscard]] OtherFace draw(const RandomStream&) const override {
    const cv::Scalar colour = ++draws < 3 ? cv::Scalar(0, 255, 0) : cv::Scalar(0, 0, 255);
    return {Image(cv::Mat(320, 320, CV_8UC3, colour)), landmarks()};
  }
  static Landmarks landmarks() {
    FaceRecipe recipe;
    recipe.subject = 3;
    return render_face(recipe).landmarks;
  }
  mutable int draws = 0;
};

// A donor of stripes, a third of its inter-eye distance from one to the next.
class StripedOther : public OtherFaces {
 public:
  [[nodiscard]] OtherFace draw(const RandomStream&) const override {
    cv::Mat stripes(320, 320, CV_8UC3, cv::Scalar(0, 0, 0));
    for (int x = 0; x < 320; ++x)
      if (x % 20 < 10) stripes.col(x).setTo(cv::Scalar(0, 255, 0));
    return {Image(stripes), ColouredOther::landmarks()};
  }
};

using test::params_of;

Image perturbed(const char* name, const Params& given, const OtherFaces* others = nullptr,
                const char* sample = "sample") {
  Frame frame(head().landmarks);
  frame.others = others;
  return test::perturbed(head().image, frame, name, given, sample).image;
}

// The square of a side, in inter-eye distances, about a place in face units.
cv::Rect square_at(float u, float v, double side) {
  const FaceAxes axes(Frame(head().landmarks), head().image.bgr().size());
  const cv::Point2f centre = axes.to_pixel({u, v});
  const int pixels = static_cast<int>(axes.unit_px() * side);
  const cv::Rect area(cvRound(centre.x) - pixels / 2, cvRound(centre.y) - pixels / 2, pixels, pixels);
  return area & cv::Rect(0, 0, head().image.width(), head().image.height());
}

// Mean change of a square of one inter-eye distance.
double change_at(const Image& image, float u, float v) {
  const cv::Rect inside = square_at(u, v, 1);
  return cv::norm(image.bgr()(inside), head().image.bgr()(inside), cv::NORM_L1) / (3.0 * inside.area());
}

Image face_beside(const char* position, double scale, const OtherFaces& others, double count = 1) {
  return perturbed(
      "background_face",
      params_of({{"scale", scale}, {"position", position}, {"count", count}, {"blur", 0.0}}), &others);
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("the person's mask: face and hair inside, background outside, soft between") {
  const FaceAxes axes(Frame(head().landmarks), head().image.bgr().size());
  const cv::Mat share = person_share(head().image, axes);
  const auto at = [&](float u, float v) {
    const cv::Point2f pixel = axes.to_pixel({u, v});
    return share.at<float>(cvRound(pixel.y), cvRound(pixel.x));
  };
  for (const cv::Point2f p :
       {cv::Point2f(0, 0), {0, 1}, {-0.8F, 0.5F}, {0.8F, 0.5F}, {0, -1.2F}, {0, 3}})
    CHECK(at(p.x, p.y) > 0.95F);
  for (const cv::Point2f p : {cv::Point2f(-3, -2), {3, -2}, {-3, 0.5F}, {3, 0.5F}, {2.2F, -2.5F}})
    CHECK(at(p.x, p.y) < 0.05F);
  CHECK(cv::countNonZero(share > 0.05F) - cv::countNonZero(share > 0.95F) > 500);
}

TEST_CASE("no background perturbation touches the middle of the face") {
  const ColouredOther other;
  const std::vector<Image> results = {
      face_beside("left", 0.9, other),
      face_beside("behind_shoulder_right", 1.1, other),
      perturbed("background_clutter", params_of({{"amount", 1.0}})),
      perturbed("background_clutter", params_of({{"amount", 1.0}, {"kind", "bokeh"}})),
      perturbed("background_blur", params_of({{"diameter", 1.6}})),
      perturbed("background_replace", params_of({{"opacity", 1.0}, {"backdrop", "bricks"}}))};
  for (const Image& result : results) CHECK(change_at(result, 0, 0.6F) < 0.5);
}

TEST_CASE("background_face stands on the side that is named") {
  const ColouredOther other;
  for (const auto& [left, right] :
       {std::pair("left", "right"), std::pair("behind_shoulder_left", "behind_shoulder_right")}) {
    const Image to_left = face_beside(left, 0.8, other);
    const Image to_right = face_beside(right, 0.8, other);
    CHECK(change_at(to_left, -2.2F, 0.3F) > 30);
    CHECK(change_at(to_left, 3, 0.3F) == 0);
    CHECK(change_at(to_right, 2.2F, 0.3F) > 30);
    CHECK(change_at(to_right, -3, 0.3F) == 0);
  }
}

TEST_CASE("background_face: further people stand on alternate sides, the first is drawn last") {
  const ColouredOther three;
  const Image crowd = face_beside("left", 0.6, three, 3);
  CHECK(three.draws == 3);
  const auto redder_at = [&](float u) {
    const cv::Scalar mean = cv::mean(crowd.bgr()(square_at(u, 0.3F, 0.3)));
    return mean[2] > mean[1] + 50;
  };
  CHECK(redder_at(-1.9F));
  CHECK_FALSE(redder_at(1.9F));
  CHECK(change_at(crowd, 1.9F, 0.3F) > 30);
}

TEST_CASE("background_face: a quarter of the scale is about a sixteenth of the face") {
  // Heads alone, above the shoulders: rows above the chin of the larger one.
  const ColouredOther other;
  const auto green = [&](double scale) {
    const Image image = face_beside("right", scale, other);
    cv::Mat change;
    cv::absdiff(image.bgr(), head().image.bgr(), change);
    cv::extractChannel(change, change, 0);
    return cv::countNonZero(change.rowRange(0, 150) > 20);  // eyes at row 147
  };
  const double large = green(0.8);
  const double small = green(0.4);
  CHECK(small > 0.1 * large);
  CHECK(small < 0.5 * large);
}

TEST_CASE("background_face: a face at another distance is out of focus, one beside is not") {
  const StripedOther other;
  const auto contrast = [&](double scale) {
    const Image image =
        perturbed("background_face", params_of({{"scale", scale}, {"blur", 0.6}}), &other);
    const double eyes = 1.3 + 1.3 * scale * 0.8;  // see background_face.cpp
    cv::Scalar mean, deviation;
    cv::meanStdDev(image.bgr()(square_at(static_cast<float>(eyes), 0, 0.5)), mean, deviation);
    return deviation[1];
  };
  CHECK(contrast(1.0) > 40);
  CHECK(contrast(0.5) < 15);
}

TEST_CASE("background_face: overlap is by position unless it is given") {
  const auto overlap = [](const char* position) {
    return step_at_value("background_face", params_of({{"scale", 0.5}, {"position", position}}))
        .params.number("overlap");
  };
  CHECK(overlap("left") == 0.1);
  CHECK(overlap("behind_shoulder") == 0.35);
}

TEST_CASE("background_replace at 1 leaves nothing of the old background") {
  const Image plain =
      perturbed("background_replace", params_of({{"opacity", 1.0}, {"backdrop", "plain"}}));
  const cv::Vec3b colour = plain.bgr().at<cv::Vec3b>(2, 2);
  for (int x = 0; x < 60; ++x) CHECK(plain.bgr().at<cv::Vec3b>(10, x) == colour);
  const Image half =
      perturbed("background_replace", params_of({{"opacity", 0.5}, {"backdrop", "plain"}}));
  const double before = change_at(half, -3, -2);
  CHECK(before > 0);
  CHECK(before < change_at(plain, -3, -2));
}

TEST_CASE("a weighted blur takes nothing from where the weight is 0") {
  cv::Mat values(60, 60, CV_32FC3, cv::Scalar::all(0.25));
  values.colRange(30, 60).setTo(cv::Scalar::all(1));
  cv::Mat weight = cv::Mat::ones(60, 60, CV_32F);
  weight.colRange(30, 60).setTo(0);
  const cv::Mat blurred = weighted_blurred(values, weight, 5);
  for (int x = 0; x < 35; ++x)
    CHECK(blurred.at<cv::Vec3f>(30, x)[1] == doctest::Approx(0.25).epsilon(1e-4));
}

TEST_CASE("a wide blur at low resolution is the blur itself") {
  // A step blurred by sigma is the normal distribution: 0.8413 one sigma inside.
  cv::Mat step = cv::Mat::zeros(40, 600, CV_32F);
  step.colRange(300, 600).setTo(1);
  for (const double sigma : {4.0, 12.0, 40.0}) {
    CAPTURE(sigma);
    const cv::Mat blurred = gaussian_blurred(step, sigma);
    CHECK(blurred.at<float>(20, 300 + static_cast<int>(sigma)) == doctest::Approx(0.8413).epsilon(0.02));
    CHECK(blurred.at<float>(20, 300 - static_cast<int>(sigma)) == doctest::Approx(0.1587).epsilon(0.08));
  }
}

TEST_SUITE_END();
