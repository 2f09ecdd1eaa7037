// SPDX-License-Identifier: Apache-2.0
// A lamp on the generic head: against plain optics, and against the generated head as it is really
// rendered.
#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "perturb/condition.h"
#include "perturb/face_axes.h"
#include "perturb/lighting/parts/lamp_on_face.h"
#include "perturb/srgb.h"
#include "tests/support/generated_face.h"

using namespace robench;

namespace {

GeneratedFace head_under(double azimuth_deg, double elevation_deg) {
  FaceRecipe recipe;
  recipe.subject = 14;
  recipe.size_px = 250;
  recipe.inter_eye_px = 50;
  recipe.light_azimuth_deg = azimuth_deg;
  recipe.light_elevation_deg = elevation_deg;
  recipe.ambient = 0.06;
  return render_face(recipe);
}

cv::Point3f to_lamp(double azimuth_deg, double elevation_deg) {
  constexpr double kRadians = std::numbers::pi / 180.0;
  const double a = azimuth_deg * kRadians;
  const double e = elevation_deg * kRadians;
  return cv::Point3d(-std::sin(a) * std::cos(e), -std::sin(e), std::cos(a) * std::cos(e));
}

double light_at(double azimuth_deg, double elevation_deg, float u, float v) {
  static const GeneratedFace head = head_under(0, 0);
  const FaceShape shape(FaceAxes(Frame(head.landmarks), head.image.bgr().size()));
  std::vector<float> light(1);
  LampOnFace(shape, to_lamp(azimuth_deg, elevation_deg)).light_along({{u, v}, {0, 0}}, light);
  return light[0];
}

// Light of the face's pixels over their light under a lamp at the camera, as logarithms.
std::vector<double> relative_light(const Image& lit, const GeneratedFace& frontal) {
  const FaceAxes axes(Frame(frontal.landmarks), lit.bgr().size());
  std::vector<double> relative;
  for (int y = 0; y < lit.height(); ++y) {
    const FaceLine line = axes.row(y);
    for (int x = 0; x < lit.width(); ++x) {
      const auto column = static_cast<std::size_t>(x);
      if (std::abs(line.u(column)) > 0.8F || line.v(column) < -0.5F || line.v(column) > 1.5F) continue;
      const auto light = [&](const Image& image) {
        return 0.02 + static_cast<double>(linear_of_pixel()[image.bgr().at<cv::Vec3b>(y, x)[1]]);
      };
      relative.push_back(std::log(light(lit) / light(frontal.image)));
    }
  }
  return relative;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sa += a[i];
    sb += b[i];
    saa += a[i] * a[i];
    sbb += b[i] * b[i];
    sab += a[i] * b[i];
  }
  return (sab - sa * sb / n) / std::sqrt((saa - sa * sa / n) * (sbb - sb * sb / n));
}

Image side_lit(const GeneratedFace& frontal, double azimuth_deg, double elevation_deg) {
  Params lamp;
  lamp.set("ratio_ev", 4.0);
  lamp.set("azimuth_deg", azimuth_deg);
  lamp.set("elevation_deg", elevation_deg);
  lamp.set("exposure", "fixed");
  return PreparedCondition({{step_at_value("side_light", lamp)}, Stage::crop}, 1)
      .apply(frontal.image, Frame(frontal.landmarks), "head", 0)
      .image;
}

// Everything beyond a straight line through the nose in shadow: a light without a shape.
std::vector<double> flat_shadow(const GeneratedFace& frontal, double azimuth_deg, double elevation_deg) {
  const cv::Point3f lamp = to_lamp(azimuth_deg, elevation_deg);
  const FaceAxes axes(Frame(frontal.landmarks), frontal.image.bgr().size());
  std::vector<double> relative;
  for (int y = 0; y < frontal.image.height(); ++y) {
    const FaceLine line = axes.row(y);
    for (std::size_t x = 0; x < static_cast<std::size_t>(frontal.image.width()); ++x) {
      const float u = line.u(x);
      const float v = line.v(x);
      if (std::abs(u) > 0.8F || v < -0.5F || v > 1.5F) continue;
      const float towards = (u * lamp.x + (v - 0.5F) * lamp.y) / std::hypot(lamp.x, lamp.y);
      relative.push_back(towards < -1.1F * lamp.z ? std::log(0.1) : 0.0);
    }
  }
  return relative;
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("lamp on face: a lamp at the camera changes nothing on the front of the face") {
  for (const float u : {-0.6F, -0.3F, 0.0F, 0.3F, 0.6F})
    for (const float v : {-0.3F, 0.2F, 0.6F, 1.0F, 1.4F})
      CHECK(light_at(0, 0, u, v) == doctest::Approx(1).epsilon(1e-4));
}

TEST_CASE("lamp on face: the nose throws a shadow, and beyond it the cheek is lit") {
  // From the image's left at 50 degrees: dark beside the nose, light again before the cheek turns away.
  const double beside_nose = light_at(50, 0, 0.28F, 0.45F);
  CHECK(beside_nose < 0.25);
  CHECK(light_at(50, 0, 0.70F, 0.45F) > beside_nose + 0.1);
  CHECK(light_at(50, 0, -0.5F, 0.45F) > 0.9);
  // From above: below the nose, not on it.
  CHECK(light_at(0, 65, 0.0F, 0.85F) < 0.3);
  CHECK(light_at(0, 65, 0.0F, 0.35F) > light_at(0, 65, 0.0F, 0.85F) + 0.2);
}

TEST_CASE("lamp on face: side light looks like the generated head rendered under that lamp") {
  const GeneratedFace frontal = head_under(0, 0);
  double with_shape = 0;
  double without = 0;
  struct Direction {
    double azimuth, elevation;
  };
  for (const Direction lamp : {Direction{35, 15}, {-50, 0}, {70, 20}, {-85, 20}, {0, 45}, {110, 15}}) {
    CAPTURE(lamp.azimuth);
    const std::vector<double> rendered =
        relative_light(head_under(lamp.azimuth, lamp.elevation).image, frontal);
    const std::vector<double> made =
        relative_light(side_lit(frontal, lamp.azimuth, lamp.elevation), frontal);
    const double own = correlation(rendered, made);
    CHECK(own > 0.6);
    with_shape += own / 6;
    without += correlation(rendered, flat_shadow(frontal, lamp.azimuth, lamp.elevation)) / 6;
  }
  CAPTURE(with_shape);
  CAPTURE(without);
  CHECK(with_shape > without + 0.1);
}

TEST_SUITE_END();
