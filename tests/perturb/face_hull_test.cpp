// SPDX-License-Identifier: Apache-2.0
// The hull that occlusions count, and the fit of worn things, on faces drawn on squared paper.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "perturb/face_hull.h"
#include "perturb/occlusion/parts/coverage.h"
#include "perturb/occlusion/parts/occluder.h"
#include "tests/support/generated_face.h"

using namespace robench;

namespace {

const cv::Size kPicture(400, 400);

// Eyes at (150, 200) and (250, 200): one unit is 100 px. The jaw is a box down to one unit below the
// eyes, the brows lie 0.4 units above them, so the forehead ends at 0.8 units.
Landmarks box_face() {
  Landmarks face;
  face.points.fill({200, 250});
  for (int i = 0; i <= 16; ++i) {
    const float u = -1 + static_cast<float>(i) / 8;
    face.points[static_cast<std::size_t>(i)] = {200 + 100 * u, i == 0 || i == 16 ? 200.0F : 300.0F};
  }
  face.points[1] = {100, 300};
  face.points[15] = {300, 300};
  for (int i = 17; i <= 26; ++i) {
    face.points[static_cast<std::size_t>(i)] = {100 + 200 * static_cast<float>(i - 17) / 9, 160};
  }
  for (std::size_t i = 36; i <= 41; ++i) face.points[i] = {150, 200};
  for (std::size_t i = 42; i <= 47; ++i) face.points[i] = {250, 200};
  return face;
}

FaceHull hull_of(const Landmarks& face, cv::Size picture = kPicture) {
  return FaceHull(FaceFit(Frame(face), picture), picture);
}

double polygon_area(const std::vector<cv::Point2f>& polygon) {
  double twice = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const cv::Point2f a = polygon[i];
    const cv::Point2f b = polygon[(i + 1) % polygon.size()];
    twice += static_cast<double>(a.x) * b.y - static_cast<double>(b.x) * a.y;
  }
  return std::abs(twice) / 2;
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("the face hull is that of the landmarks and of the mirrored brow line") {
  const FaceHull hull = hull_of(box_face());
  // 200 px wide, from 80 px above the eyes (twice the brows' 40) to 100 px below them.
  CHECK(polygon_area(hull.polygon()) == doctest::Approx(200.0 * 180));
  CHECK(std::abs(static_cast<double>(hull.pixels().size()) - 200.0 * 180) <= 200 + 180);
  CHECK(hull.mask(kPicture)(121, 200) == 255);
  CHECK(hull.mask(kPicture)(119, 200) == 0);
  CHECK(hull.mask(kPicture)(299, 299) == 255);
  CHECK(hull.mask(kPicture)(250, 301) == 0);
}

TEST_CASE("the face hull turns with the head") {
  // By 90 degrees about the middle of the eyes: (x, y) to (400 - y, x).
  const FaceHull hull = hull_of(transformed(box_face(), {0, -1, 400, 1, 0, 0}));
  CHECK(polygon_area(hull.polygon()) == doctest::Approx(200.0 * 180).epsilon(1e-4));
  CHECK(hull.mask(kPicture)(200, 279) == 255);  // the forehead now points to the image's right
  CHECK(hull.mask(kPicture)(200, 281) == 0);
  CHECK(hull.mask(kPicture)(200, 101) == 255);
}

TEST_CASE("parts of the face outside of the picture do not count") {
  const cv::Size half(200, 400);  // ends in the middle of the face
  const FaceHull hull = hull_of(box_face(), half);
  CHECK(std::abs(static_cast<double>(hull.pixels().size()) - 100.0 * 180) <= 180 + 100);
  cv::Mat1f opacity(half, 0.0F);
  opacity.rowRange(0, 210).setTo(1);  // 90 of 180 rows
  CHECK(hull.covered_fraction(opacity) == doctest::Approx(0.5).epsilon(0.01));
  const FaceHull away = hull_of(transformed(box_face(), {1, 0, 5000, 0, 1, 0}));
  CHECK(away.pixels().empty());
  CHECK(away.covered_fraction(cv::Mat1f(kPicture, 1.0F)) == 0);
}

TEST_CASE("covered means an opacity of at least one half") {
  const FaceHull hull = hull_of(box_face());
  CHECK(hull.covered_fraction(cv::Mat1f(kPicture, 0.49F)) == 0);
  CHECK(hull.covered_fraction(cv::Mat1f(kPicture, 0.5F)) == 1);
  // A window of the picture: 50 of 200 columns, all 180 rows.
  CHECK(hull.covered_fraction(cv::Mat1f(400, 50, 1.0F), {100, 0}) ==
        doctest::Approx(0.25).epsilon(0.01));
}

TEST_CASE("the size that covers a share is found by bisection") {
  CHECK(size_covering(0.25, 10, [](double s) { return s / 10; }) == doctest::Approx(2.5).epsilon(1e-4));
  CHECK(size_covering(0, 10, [](double s) { return s / 10; }) == 0);
  CHECK(size_covering(0.9, 10, [](double s) { return s / 20; }) == doctest::Approx(10).epsilon(1e-4));
  // On a coarse grid the nearer of the two shares: 0.3 lies nearer to 0.25 than to 0.5.
  const auto quarters = [](double s) { return std::floor(s * 4) / 4; };
  CHECK(quarters(size_covering(0.3, 1, quarters)) == 0.25);
  CHECK(quarters(size_covering(0.45, 1, quarters)) == 0.5);
}

TEST_CASE("a face without usable landmarks is a mean face where FaceAxes puts it") {
  Landmarks bad = box_face();
  bad.points[3].x = std::numeric_limits<float>::quiet_NaN();
  const FaceFit fit(Frame(bad), kPicture);
  CHECK(fit.point(8).y > 1.5F);
  CHECK(fit.point(0).x == doctest::Approx(-fit.point(16).x));
  CHECK(fit.forehead(19).y == doctest::Approx(2 * fit.point(19).y));
  CHECK(hull_of(bad).pixels().size() > 10000);  // 80 px a unit, about 5 square units
}

TEST_CASE("coverage of an outline is its area, pixel by pixel") {
  // 40 px a unit about (100, 100) for a frame without landmarks in a picture of 200 px.
  Landmarks none;
  const FaceAxes axes(Frame(none), {200, 200});
  const auto at = [&](float x, float y) { return axes.from_pixel({x, y}); };
  const Outline square = {at(10.25F, 20.1F), at(30.25F, 20.1F), at(30.25F, 29.7F), at(10.25F, 29.7F)};
  const Coverage coverage = outline_coverage(axes, square, {0, 0, 200, 200}, 0);
  CHECK(cv::sum(coverage.share)[0] == doctest::Approx(20 * 9.6).epsilon(1e-3));
  const auto share = [&](int x, int y) { return coverage.share(cv::Point(x, y) - coverage.area.tl()); };
  CHECK(share(20, 25) == doctest::Approx(1));
  CHECK(share(10, 25) == doctest::Approx(0.25).epsilon(1e-3));  // of 9.5 to 10.5, 10.25 to 10.5
  CHECK(share(20, 20) == doctest::Approx(0.4).epsilon(1e-3));   // of 19.5 to 20.5, 20.1 to 20.5
  CHECK(share(9, 25) == 0);
  // A point and a line cover nothing.
  CHECK(cv::sum(outline_coverage(axes, {at(50, 50), at(50, 50)}, {0, 0, 200, 200}, 0).share)[0] == 0);
  CHECK(cv::sum(outline_coverage(axes, {at(50, 50), at(90, 60)}, {0, 0, 200, 200}, 0).share)[0] < 1e-4);
}

TEST_CASE("an occluder without layers leaves every pixel as it is") {
  FaceRecipe recipe;
  recipe.size_px = 160;
  recipe.inter_eye_px = 30;
  const GeneratedFace head = render_face(recipe);
  Occluder nothing(head.image, Frame(head.landmarks));
  nothing.cast_shadow(0.5F, 0.1F, {0, 0.1F});
  const Perturbed result = nothing.before_face(head.image);
  CHECK(result.image == head.image);
  CHECK(result.covered_fraction == 0.0);
}

TEST_CASE("the light of the scene follows exposure, side and colour") {
  const auto light_of = [](const cv::Mat& picture) {
    const Image image(picture);
    const FaceFit fit(Frame(box_face()), image.bgr().size());
    return SceneLight(image, fit, FaceHull(fit, image.bgr().size()));
  };
  const SceneLight bright = light_of(cv::Mat(kPicture, CV_8UC3, cv::Scalar(100, 150, 200)));
  const SceneLight dark = light_of(cv::Mat(kPicture, CV_8UC3, cv::Scalar(25, 37, 50)));
  CHECK(dark.level() < 0.15F * bright.level());
  CHECK(bright.at({0, 0.1F}) == doctest::Approx(bright.level()).epsilon(0.01));
  // Grey pictures show no hue.
  const cv::Vec3f grey =
      light_of(cv::Mat(kPicture, CV_8UC3, cv::Scalar::all(128))).shown({0.1F, 0.2F, 0.9F});
  CHECK(grey[0] == grey[2]);
  CHECK(bright.shown({0.1F, 0.2F, 0.9F})[2] == doctest::Approx(0.9F));
  // Light from the image's right.
  cv::Mat lit(kPicture, CV_8UC3);
  for (int x = 0; x < lit.cols; ++x) lit.col(x).setTo(cv::Scalar::all(40 + x / 3));
  CHECK(light_of(lit).at({0.8F, 0}) > 1.2F * light_of(lit).at({-0.8F, 0}));
}

TEST_SUITE_END();
