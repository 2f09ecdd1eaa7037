// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "models/embedder.h"
#include "models/template_points.h"
#include "tests/support/generated_face.h"

namespace robench {
namespace {

cv::Point2d applied(const cv::Matx23d& map, cv::Point2d p) {
  const cv::Vec2d at = map * cv::Vec3d(p.x, p.y, 1);
  return {at[0], at[1]};
}

/// Landmarks whose five points lie exactly at `five`.
Landmarks with_five_points(const std::array<cv::Point2d, 5>& five) {
  Landmarks landmarks;
  for (std::size_t i = 36; i < 42; ++i) landmarks.points[i] = five[0];
  for (std::size_t i = 42; i < 48; ++i) landmarks.points[i] = five[1];
  landmarks.points[30] = five[2];
  landmarks.points[48] = five[3];
  landmarks.points[54] = five[4];
  return landmarks;
}

double largest_difference(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF); }

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("a known similarity is recovered to 1e-9") {
    const std::vector<cv::Point2d> from{{10, 20}, {70, 22}, {41, 55}, {18, 80}, {66, 84}};
    const double scale = 0.37, angle = 0.4;
    const cv::Matx23d truth{scale * std::cos(angle), -scale * std::sin(angle), 12.5,  //
                            scale * std::sin(angle), scale * std::cos(angle),  -7.25};
    std::vector<cv::Point2d> to;
    for (const cv::Point2d& p : from) to.push_back(applied(truth, p));
    CHECK(cv::norm(least_squares_similarity(from, to) - truth, cv::NORM_INF) < 1e-9);
  }

  TEST_CASE("the fit is the best one: every small change of it is worse") {
    const std::vector<cv::Point2d> from{{0, 0}, {10, 1}, {4, 9}, {7, 3}};
    const std::vector<cv::Point2d> to{{1, 2}, {20, 5}, {6, 21}, {15, 7}};
    const auto error = [&](const cv::Matx23d& map) {
      double sum = 0;
      for (std::size_t i = 0; i < from.size(); ++i) {
        const cv::Point2d d = applied(map, from[i]) - to[i];
        sum += d.dot(d);
      }
      return sum;
    };
    const cv::Matx23d best = least_squares_similarity(from, to);
    for (const double step : {-1e-3, 1e-3}) {
      CHECK(error(best) < error(best + cv::Matx23d(step, 0, 0, 0, step, 0)));   // scale
      CHECK(error(best) < error(best + cv::Matx23d(0, -step, 0, step, 0, 0)));  // angle
      CHECK(error(best) < error(best + cv::Matx23d(0, 0, step, 0, 0, 0)));
      CHECK(error(best) < error(best + cv::Matx23d(0, 0, 0, 0, 0, step)));
    }
  }

  TEST_CASE("a mirrored face is not mirrored back") {
    const std::vector<cv::Point2d> from{{0, 0}, {10, 0}, {5, 10}};
    const std::vector<cv::Point2d> mirrored{{10, 0}, {0, 0}, {5, 10}};
    const cv::Matx23d map = least_squares_similarity(from, mirrored);
    CHECK(map(0, 0) * map(1, 1) - map(0, 1) * map(1, 0) > 0);
  }

  TEST_CASE("five: a face on the template stays where it is") {
    const Template align = find_model_card("faceplugin").align;
    const cv::Matx23d map = chip_from_face(align, with_five_points(align.five));
    CHECK(cv::norm(map - cv::Matx23d(1, 0, 0, 0, 1, 0), cv::NORM_INF) < 1e-5);  // landmarks are floats
  }

  TEST_CASE("dlib_chip: the eyes of a generated face come to dlib's mean eyes") {
    const Template align = find_model_card("dlib_resnet").align;
    const GeneratedFace face = render_face({.roll_deg = 15, .size_px = 300, .inter_eye_px = 60});
    const cv::Matx23d map = chip_from_face(align, face.landmarks);
    const TemplateEyes eyes = template_eyes(align);
    CHECK(cv::norm(applied(map, face.landmarks.left_eye()) - eyes.left) < 4);
    CHECK(cv::norm(applied(map, face.landmarks.right_eye()) - eyes.right) < 4);
    // (0.25 + 0.2288) / 1.5 * 149 = 47.6 of dlib's table, by hand
    CHECK(eyes.left.x == doctest::Approx(47.07).epsilon(0.01));
    CHECK(std::abs(eyes.left.y - eyes.right.y) < 0.01);
  }

  TEST_CASE("a template must lie inside of the face crop") {
    Template align = find_model_card("faceplugin").align;
    CHECK(lies_inside_crop(align));
    CHECK(lies_inside_crop(find_model_card("dlib_resnet").align));
    // The crop reaches 2.5 eye distances (88 px) to each side of x = 56: a width of 140 px ends at 139 <
    // 144.
    align.width = 140;
    CHECK(lies_inside_crop(align));
    align.width = 150;
    CHECK_FALSE(lies_inside_crop(align));
    // Upwards it reaches 2 eye distances above the eyes, 51.6 - 70.5 < 0, and downwards 3: 51.6 + 105.7
    // = 157.3.
    align.width = 112;
    align.height = 157;
    CHECK(lies_inside_crop(align));
    align.height = 160;
    CHECK_FALSE(lies_inside_crop(align));
  }

  TEST_CASE("at the template's own size and place the pixels are copied") {
    Template align = find_model_card("faceplugin").align;
    const GeneratedFace face = render_face({.size_px = 112, .inter_eye_px = 30});
    const Landmarks landmarks = with_five_points(align.five);
    const Image chip = align_chip(face.image, landmarks, align);
    CHECK(largest_difference(chip.bgr(), face.image.bgr()) <=
          1);  // points are floats: a last bit of rounding
  }

  TEST_CASE("a face of any size gives the same chip, and a large one does not alias") {
    const Template align = find_model_card("faceplugin").align;
    const GeneratedFace small = render_face({.size_px = 200, .inter_eye_px = 36});
    for (const int factor : {2, 5, 11}) {
      CAPTURE(factor);
      const GeneratedFace large = render_face({.size_px = 200 * factor, .inter_eye_px = 36.0 * factor});
      const Image a = align_chip(small.image, small.landmarks, align);
      const Image b = align_chip(large.image, large.landmarks, align);
      CHECK(cv::PSNR(a.bgr(), b.bgr()) > 30);
    }
    // Stripes of one pixel cannot survive a reduction to a quarter: they must become grey.
    cv::Mat stripes(800, 800, CV_8UC3, cv::Scalar::all(0));
    for (int x = 0; x < stripes.cols; x += 2) stripes.col(x).setTo(cv::Scalar::all(255));
    const GeneratedFace face = render_face({.size_px = 800, .inter_eye_px = 140});
    cv::Scalar mean, deviation;
    cv::meanStdDev(align_chip(Image(stripes), face.landmarks, align).bgr(), mean, deviation);
    CHECK(mean[0] == doctest::Approx(127.5).epsilon(0.02));
    CHECK(deviation[0] < 5);
  }

  TEST_CASE("beyond the border the edge goes on") {
    const Template align = find_model_card("faceplugin").align;
    const Image white(cv::Mat(40, 40, CV_8UC3, cv::Scalar::all(255)));
    const GeneratedFace face = render_face({.size_px = 400, .inter_eye_px = 100});
    CHECK(cv::norm(align_chip(white, face.landmarks, align).bgr(), cv::NORM_L1) ==
          255.0 * 3 * 112 * 112);
  }

  TEST_CASE("to_tensor: order of channels, mean and scale by hand") {
    ModelCard card = find_model_card("faceplugin");
    card.align.width = 2;
    card.align.height = 1;
    card.mean = {10, 20, 30};
    card.scale = {1, 0.5, 0.25};
    cv::Mat pixels(1, 2, CV_8UC3);
    pixels.at<cv::Vec3b>(0, 0) = {11, 24, 38};
    pixels.at<cv::Vec3b>(0, 1) = {10, 20, 30};
    const std::vector<Image> chips{Image(pixels)};
    CHECK(to_tensor(chips, card) == std::vector<float>{1, 0, 2, 0, 2, 0});
    card.channels = ChannelOrder::rgb;  // 38, 24, 11 and 30, 20, 10
    CHECK(to_tensor(chips, card) == std::vector<float>{28, 20, 2, 0, -4.75F, -5});
    CHECK(to_tensor({}, card).empty());
  }

  TEST_CASE("similarity: larger is closer") {
    const std::array<float, 2> a{3, 4}, b{6, 8}, c{-4, 3}, zero{0, 0};
    CHECK(similarity(Comparison::cosine, a.data(), b.data(), 2) == doctest::Approx(1));
    CHECK(similarity(Comparison::cosine, a.data(), c.data(), 2) == doctest::Approx(0));
    CHECK(similarity(Comparison::euclidean, a.data(), b.data(), 2) == doctest::Approx(-5));
    CHECK(similarity(Comparison::euclidean, a.data(), a.data(), 2) == 0);
    CHECK(similarity(Comparison::cosine, a.data(), zero.data(), 2) == 0);
  }
}

}  // namespace robench
