// SPDX-License-Identifier: Apache-2.0
// The geometry family against positions computed by hand: a marker pixel goes where the formula says.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "perturb/condition.h"
#include "perturb/face_axes.h"
#include "perturb/warp.h"
#include "tests/perturb/plain_pictures.h"

using namespace robench;

namespace {

constexpr int kSide = 201;
constexpr float kUnit = 40;           // inter-eye distance
const cv::Point2f kEyes = {100, 90};  // midpoint of the eyes

// A frontal face with its eyes at whole pixels: left (80, 90), right (120, 90).
Landmarks face() {
  static const Landmarks landmarks = [] {
    FaceRecipe recipe;
    recipe.size_px = 300;
    const Landmarks rendered = render_face(recipe).landmarks;
    const cv::Point2f left = rendered.left_eye();
    const cv::Point2f across = rendered.right_eye() - left;
    const double scale = kUnit / cv::norm(across) / cv::norm(across);
    const double a = scale * across.x;
    const double b = -scale * across.y;
    const cv::Matx23d level(a, -b, 80 - a * left.x + b * left.y, b, a, 90 - b * left.x - a * left.y);
    return transformed(rendered, level);
  }();
  return landmarks;
}

// A white blob, 5 pixels wide, on black.
Image marker_at(cv::Point2f centre) {
  cv::Mat picture(kSide, kSide, CV_8UC3, cv::Scalar::all(0));
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const double square = std::pow(x - centre.x, 2) + std::pow(y - centre.y, 2);
      picture.at<cv::Vec3b>(y, x) =
          cv::Vec3b::all(cv::saturate_cast<std::uint8_t>(255 * std::exp(-square / (2 * 2.0 * 2.0))));
    }
  }
  return Image(picture);
}

cv::Point2f centroid(const Image& image) {
  double sum = 0, x_sum = 0, y_sum = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const double value = image.bgr().at<cv::Vec3b>(y, x)[1];
      sum += value;
      x_sum += value * x;
      y_sum += value * y;
    }
  }
  return {static_cast<float>(x_sum / sum), static_cast<float>(y_sum / sum)};
}

using test::params_of;

Perturbed perturbed(const Image& image, const char* name, const Params& given,
                    Stage stage = Stage::capture) {
  return test::perturbed(image, Frame(face()), name, given, "sample", stage);
}

// Where a marker at `from` is seen.
cv::Point2f seen(const char* name, const Params& given, cv::Point2f from) {
  return centroid(perturbed(marker_at(from), name, given).image);
}

void check_near(cv::Point2f found, cv::Point2f expected, double tolerance) {
  CAPTURE(found.x);
  CAPTURE(found.y);
  CAPTURE(expected.x);
  CAPTURE(expected.y);
  CHECK(cv::norm(found - expected) < tolerance);
}

struct Case {
  const char* name;
  Params given;
};
std::vector<Case> one_of_each() {
  return {{"rotate_in_plane", params_of({{"degrees", 17.0}})},
          {"shift", params_of({{"distance", 0.33}, {"direction", "up"}})},
          {"scale", params_of({{"ratio", 1.3}})},
          {"scale", params_of({{"ratio", 0.7}})},
          {"perspective", params_of({{"tilt_deg", 35.0}, {"direction", "left"}})},
          {"perspective", params_of({{"tilt_deg", 35.0}, {"direction", "down"}})},
          {"elastic", params_of({{"amplitude", 0.06}})},
          {"landmark_jitter", params_of({{"sigma", 0.1}})}};
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("geometry: the face of this test lies where the cases below expect it") {
  check_near(face().left_eye(), {80, 90}, 1e-3);
  check_near(face().right_eye(), {120, 90}, 1e-3);
}

TEST_CASE("rotate_in_plane: 90 degrees clockwise brings the right eye under the left one") {
  const Params quarter = params_of({{"degrees", 90.0}});
  check_near(seen("rotate_in_plane", quarter, {140, 90}), {100, 130}, 0.05);
  check_near(seen("rotate_in_plane", quarter, {100, 60}), {130, 90}, 0.05);
  const Perturbed result = perturbed(marker_at({0, 0}), "rotate_in_plane", quarter);
  check_near(result.landmarks->right_eye(), {100, 110}, 1e-3);
  CHECK(result.landmarks->roll_deg() == doctest::Approx(90));
}

TEST_CASE("shift: half an inter-eye distance is 20 pixels, in the direction named") {
  const auto shifted = [](const char* direction) {
    return seen("shift", params_of({{"distance", 0.5}, {"direction", direction}}), {100, 100});
  };
  check_near(shifted("right"), {120, 100}, 0.01);
  check_near(shifted("left"), {80, 100}, 0.01);
  check_near(shifted("up"), {100, 80}, 0.01);
  check_near(shifted("down"), {100, 120}, 0.01);
}

TEST_CASE("shift by whole pixels copies pixels") {
  const Image picture = render_face({}).image;
  const Image moved_by_8 =
      perturbed(picture, "shift", params_of({{"distance", 0.2}, {"direction", "right"}})).image;
  const int width = picture.width();
  CHECK(cv::norm(moved_by_8.bgr().colRange(8, width), picture.bgr().colRange(0, width - 8),
                 cv::NORM_INF) == 0);
  for (int x = 0; x < 8; ++x)  // the border repeated
    CHECK(cv::norm(moved_by_8.bgr().col(x), picture.bgr().col(0), cv::NORM_INF) == 0);
}

TEST_CASE("scale: distances from the midpoint of the eyes are multiplied") {
  check_near(seen("scale", params_of({{"ratio", 1.5}}), {140, 110}), {160, 120}, 0.05);
  check_near(seen("scale", params_of({{"ratio", 0.5}}), {140, 110}), {120, 100}, 0.05);
  const Perturbed half = perturbed(marker_at({0, 0}), "scale", params_of({{"ratio", 0.5}}));
  CHECK(half.landmarks->inter_eye_px() == doctest::Approx(20));
}

TEST_CASE("scale: a shrunk picture does not alias") {
  cv::Mat stripes(kSide, kSide, CV_8UC3, cv::Scalar::all(0));
  for (int x = 0; x < kSide; x += 2) stripes.col(x).setTo(cv::Scalar::all(255));
  const Image small = perturbed(Image(stripes), "scale", params_of({{"ratio", 0.4}})).image;
  cv::Scalar mean, deviation;
  cv::meanStdDev(small.bgr()(cv::Rect(70, 60, 60, 60)), mean, deviation);
  CHECK(mean[1] == doctest::Approx(127.5).epsilon(0.02));
  CHECK(deviation[1] < 15);  // 127 would be the stripes themselves
}

TEST_CASE("perspective: the pinhole formula by hand") {
  // 60 degrees, camera 10 units away. The point (1, 0) goes to depth 10 + sin 60 = 10.866 and is seen at
  // cos 60 * 10 / 10.866 = 0.46015; the point (0, 1) on the axis stays.
  const Params right = params_of({{"tilt_deg", 60.0}, {"direction", "right"}});
  check_near(seen("perspective", right, kEyes + cv::Point2f(kUnit, 0)), {100 + 0.46015F * 40, 90}, 0.15);
  check_near(seen("perspective", right, kEyes + cv::Point2f(0, kUnit)), {100, 130}, 0.15);
  // The near side: depth 10 - 0.866 = 9.134, seen at -0.54740.
  check_near(seen("perspective", right, kEyes - cv::Point2f(kUnit, 0)), {100 - 0.5474F * 40, 90}, 0.15);
  const Params left = params_of({{"tilt_deg", 60.0}, {"direction", "left"}});
  check_near(seen("perspective", left, kEyes - cv::Point2f(kUnit, 0)), {100 - 0.46015F * 40, 90}, 0.15);
  const Params down = params_of({{"tilt_deg", 60.0}, {"direction", "down"}});
  check_near(seen("perspective", down, kEyes + cv::Point2f(0, kUnit)), {100, 90 + 0.46015F * 40}, 0.15);
  const Params up = params_of({{"tilt_deg", 60.0}, {"direction", "up"}});
  check_near(seen("perspective", up, kEyes - cv::Point2f(0, kUnit)), {100, 90 - 0.46015F * 40}, 0.15);
}

TEST_CASE("the landmarks go where a marker under them goes") {
  for (const Case& c : one_of_each()) {
    CAPTURE(c.name);
    const Landmarks moved_landmarks =
        *perturbed(Image(cv::Mat(kSide, kSide, CV_8UC3)), c.name, c.given).landmarks;
    for (const std::size_t index : {30U, 36U, 45U, 48U, 54U, 8U}) {
      CAPTURE(index);
      check_near(seen(c.name, c.given, face().points[index]), moved_landmarks.points[index], 0.4);
    }
  }
}

TEST_CASE("in the crop stage the landmarks stay, and the pixels are those of the capture stage") {
  const Image picture = marker_at({110, 100});
  for (const Case& c : one_of_each()) {
    CAPTURE(c.name);
    const Perturbed crop = perturbed(picture, c.name, c.given, Stage::crop);
    const Perturbed capture = perturbed(picture, c.name, c.given, Stage::capture);
    CHECK(crop.image == capture.image);
    CHECK(crop.landmarks->points == face().points);
    CHECK(capture.landmarks->points != face().points);
  }
}

TEST_CASE("elastic: amplitude is the root mean square along each axis") {
  constexpr int kLarge = 900;
  const Landmarks middle = transformed(face(), {1, 0, 350, 0, 1, 350});
  double square = 0;
  int count = 0;
  for (int sample = 0; sample < 12; ++sample) {
    const Perturbed result =
        PreparedCondition({{step_at_value("elastic", params_of({{"amplitude", 0.05}}))}, Stage::capture},
                          1)
            .apply(Image(cv::Mat(kLarge, kLarge, CV_8UC3)), Frame(middle), std::to_string(sample), 0);
    for (std::size_t i = 0; i < middle.points.size(); ++i) {
      const cv::Point2f d = (result.landmarks->points[i] - middle.points[i]) * (1 / kUnit);
      square += d.x * d.x + d.y * d.y;
      count += 2;
    }
  }
  CHECK(std::sqrt(square / count) == doctest::Approx(0.05).epsilon(0.15));
}

TEST_CASE("elastic: the field is fixed to the face, not to the picture") {
  const Params given = params_of({{"amplitude", 0.06}});
  const PreparedCondition condition({{step_at_value("elastic", given)}, Stage::capture}, 1);
  const Image small(cv::Mat(kSide, kSide, CV_8UC3));
  const Image large(cv::Mat(400, 500, CV_8UC3));
  const Landmarks there = transformed(face(), {1, 0, 130, 0, 1, 55});
  const Perturbed a = condition.apply(small, Frame(face()), "sample", 0);
  const Perturbed b = condition.apply(large, Frame(there), "sample", 0);
  for (std::size_t i = 0; i < face().points.size(); ++i)
    check_near(b.landmarks->points[i], a.landmarks->points[i] + cv::Point2f(130, 55), 0.01);
}

TEST_CASE("landmark_jitter is the similarity of least squares") {
  const Params given = params_of({{"sigma", 0.05}});
  const PreparedCondition condition({{step_at_value("landmark_jitter", given)}, Stage::capture}, 1);
  double shift_square = 0;
  constexpr int kSamples = 400;
  const auto centre_of = [](const Landmarks& landmarks) {
    cv::Point2f sum(0, 0);
    for (const cv::Point2f& point : landmarks.five_points()) sum += point;
    return sum * 0.2F;
  };
  const Image picture(cv::Mat(4, 4, CV_8UC3));
  for (int sample = 0; sample < kSamples; ++sample) {
    const Perturbed result = condition.apply(picture, Frame(face()), std::to_string(sample), 0);
    const cv::Point2f d = (centre_of(*result.landmarks) - centre_of(face())) * (1 / kUnit);
    shift_square += d.dot(d) / 2;
    // A similarity: the face keeps its shape.
    const double scale = result.landmarks->inter_eye_px() / kUnit;
    CHECK(cv::norm(result.landmarks->points[48] - result.landmarks->points[36]) ==
          doctest::Approx(scale * cv::norm(face().points[48] - face().points[36])).epsilon(1e-3));
  }
  // The mean of five points is off by sigma / sqrt(5).
  CHECK(std::sqrt(shift_square / kSamples) == doctest::Approx(0.05 / std::sqrt(5.0)).epsilon(0.1));
}

TEST_CASE("a similarity and its inverse") {
  const Similarity move{{0.6, 0.8}, {3, -1}};
  const cv::Point2d there = move({2, 1});
  CHECK(there.x == doctest::Approx(0.6 * 2 - 0.8 * 1 + 3));
  CHECK(there.y == doctest::Approx(0.8 * 2 + 0.6 * 1 - 1));
  const cv::Point2d back = move.inverse()(there);
  CHECK(back.x == doctest::Approx(2));
  CHECK(back.y == doctest::Approx(1));
}

TEST_SUITE_END();
