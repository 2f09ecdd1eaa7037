// SPDX-License-Identifier: Apache-2.0
// What is special about the background family, on generated heads and on plain pictures.
#include <doctest/doctest.h>

#include <cmath>

#include "perturb/condition.h"
#include "perturb/linear_blur.h"
#include "perturb/subject_mask.h"
#include "tests/support/generated_face.h"

using namespace robench;

namespace {

const GeneratedFace& head() {
  static const GeneratedFace face = [] {
    FaceRecipe recipe;
    recipe.size_px = 320;
    recipe.inter_eye_px = 40;
    return render_face(recipe);
  }();
  return face;
}

// A donor of one colour, so that every pixel of it can be told.
class GreenOther : public OtherFaces {
 public:
  [[nodiscard]] OtherFace draw(const RandomStream& stream) const override {
    ++draws;
    FaceRecipe recipe;
    recipe.subject = 3;
    const Landmarks landmarks = render_face(recipe).landmarks;
    last = stream.block(0);
    return {Image(cv::Mat(320, 320, CV_8UC3, cv::Scalar(0, 255, 0))), landmarks};
  }
  mutable int draws = 0;
  mutable std::array<std::uint32_t, 4> last{};
};

Params params_of(const std::vector<std::pair<const char*, ParamValue>>& values) {
  Params params;
  for (const auto& [name, value] : values) params.set(name, value);
  return params;
}

Image perturbed(const char* name, const Params& given, const OtherFaces* others = nullptr,
                const char* sample = "sample") {
  Frame frame(head().landmarks);
  frame.others = others;
  return PreparedCondition({{step_at_value(name, given)}, Stage::crop}, 1)
      .apply(head().image, frame, sample, 0)
      .image;
}

// Mean change of a square of one inter-eye distance about a place in face units.
double change_at(const Image& image, float u, float v) {
  const FaceAxes axes(Frame(head().landmarks), head().image.bgr().size());
  const cv::Point2f centre = axes.to_pixel({u, v});
  const int half = static_cast<int>(axes.unit_px() / 2);
  const cv::Rect area(cvRound(centre.x) - half, cvRound(centre.y) - half, 2 * half, 2 * half);
  const cv::Rect inside = area & cv::Rect(0, 0, image.width(), image.height());
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
  const GreenOther other;
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
  const GreenOther other;
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
  const GreenOther one;
  const GreenOther three;
  (void)face_beside("left", 0.6, one, 1);
  const Image crowd = face_beside("left", 0.6, three, 3);
  CHECK(one.draws == 1);
  CHECK(three.draws == 3);
  CHECK(one.last == three.last);
  CHECK(change_at(crowd, -1.9F, 0.3F) > 30);
  CHECK(change_at(crowd, 1.9F, 0.3F) > 30);
}

TEST_CASE("background_face: a quarter of the scale is about a sixteenth of the face") {
  // Heads alone, above the shoulders: rows above the chin of the larger one.
  const GreenOther other;
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
  const GreenOther other;
  const auto change_by_blur = [&](double scale) {
    const auto with = [&](double blur) {
      return perturbed("background_face", params_of({{"scale", scale}, {"blur", blur}}), &other);
    };
    return cv::norm(with(0.6).bgr(), with(0.0).bgr(), cv::NORM_L1);
  };
  CHECK(change_by_blur(1.0) == 0);
  CHECK(change_by_blur(0.5) > 10000);
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
