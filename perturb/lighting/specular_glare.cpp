// SPDX-License-Identifier: Apache-2.0
// Mirror light on the face, added in linear light and never taken from the skin's own:
//   skin:    the sheen of oily or wet skin under one lamp. Blinn's half-vector lobe (SIGGRAPH 1977) on
//   the
//            generic head of perturb/face_shape.h, a broad lobe and a narrow one (own: sheen and gloss),
//            strongest where skin is oily: forehead, nose, cheeks, chin.
//   glasses: a window mirrored in two spectacle lenses, over the eyes.
// `glare` is the light of the brightest place; 1 = white.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "perturb/face_shape.h"
#include "perturb/perturbation.h"
#include "perturb/relight.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

constexpr float kSheen = 9;  // Blinn exponents
constexpr float kGloss = 90;
constexpr float kGlossShare = 0.6F;

struct Oily {
  cv::Point2f centre;
  cv::Point2f radius;
  float share;
};

std::array<Oily, 5> oily_skin(const FaceAxes& axes) {
  const auto at = [&](std::size_t i) { return axes.landmark(i); };
  const cv::Point2f brows = (at(19) + at(24)) * 0.5F;
  const cv::Point2f left_eye = (at(36) + at(39)) * 0.5F;
  const cv::Point2f right_eye = (at(42) + at(45)) * 0.5F;
  return {{{brows + cv::Point2f(0, -0.38F), {0.85F, 0.42F}, 0.9F},
           {at(29), {0.20F, 0.62F}, 1.0F},
           {(left_eye + at(48)) * 0.5F + cv::Point2f(-0.08F, -0.05F), {0.38F, 0.38F}, 0.75F},
           {(right_eye + at(54)) * 0.5F + cv::Point2f(0.08F, -0.05F), {0.38F, 0.38F}, 0.75F},
           {at(57) + (at(8) - at(57)) * 0.6F, {0.30F, 0.22F}, 0.6F}}};
}

float oil_at(const std::array<Oily, 5>& places, float u, float v) {
  float oil = 0;
  for (const Oily& place : places) {
    const float x = (u - place.centre.x) / place.radius.x;
    const float y = (v - place.centre.y) / place.radius.y;
    const float inside = std::max(0.0F, 1.0F - x * x - y * y);
    oil = std::max(oil, place.share * smooth_step(1.1F * inside));
  }
  return oil;
}

// Half-way between the camera's axis and the lamp: image right, down, towards the camera.
cv::Vec3f half_vector(double azimuth_deg, double elevation_deg) {
  constexpr double kRadians = std::numbers::pi / 180.0;
  const double azimuth = azimuth_deg * kRadians;
  const double elevation = elevation_deg * kRadians;
  const cv::Vec3d lamp(-std::sin(azimuth) * std::cos(elevation), -std::sin(elevation),
                       std::cos(azimuth) * std::cos(elevation));
  const cv::Vec3d half = cv::normalize(lamp + cv::Vec3d(0, 0, 1 + 1e-9));
  return {static_cast<float>(half[0]), static_cast<float>(half[1]), static_cast<float>(half[2])};
}

Image oily(const Image& image, const FaceAxes& axes, const cv::Vec3f& half, float glare) {
  const FaceShape shape(axes);
  const std::array<Oily, 5> places = oily_skin(axes);
  SurfaceRow surface(static_cast<std::size_t>(image.width()));
  return relit(image, [&](int y, LightRow& light) {
    shape.surface_of_row(y, surface);
    const FaceLine line = axes.row(y);
    for (std::size_t x = 0; x < light.veil.size(); ++x) {
      const float oil = oil_at(places, line.u(x), line.v(x));
      if (oil == 0.0F) continue;
      const float cosine =
          std::max(0.0F, surface.nx[x] * half[0] + surface.ny[x] * half[1] + surface.nz[x] * half[2]);
      const float lobes =
          kGlossShare * std::pow(cosine, kGloss) + (1.0F - kGlossShare) * std::pow(cosine, kSheen);
      light.veil[x] = glare * oil * lobes;
    }
  });
}

inline float within(float distance, float half, float softness) {
  return smooth_step((half - std::abs(distance)) / softness + 0.5F);
}

// A slanting window with a cross-bar, cut by the outline of the lens.
float lens_light(cv::Point2f p, float side) {
  const cv::Point2f oval(p.x / 0.42F, p.y / 0.33F);
  const float x4 = oval.x * oval.x * oval.x * oval.x;
  const float y4 = oval.y * oval.y * oval.y * oval.y;
  const float lens = smooth_step((1.0F - x4 - y4) / 0.25F);
  const float across = p.x + 0.25F * p.y - 0.06F * side;
  const float pane = within(across, 0.27F, 0.06F) * within(p.y + 0.03F, 0.23F, 0.06F) *
                     (1.0F - within(across, 0.012F, 0.025F));
  return lens * (0.87F * pane + 0.13F);
}

Image mirrored_in_glasses(const Image& image, const FaceAxes& axes, float glare) {
  return relit(image, [&](int y, LightRow& light) {
    const FaceLine line = axes.row(y);
    for (std::size_t x = 0; x < light.veil.size(); ++x) {
      const cv::Point2f p(line.u(x), line.v(x) - 0.05F);
      light.veil[x] = glare * std::max(lens_light(p + cv::Point2f(0.52F, 0), -1),
                                       lens_light(p - cv::Point2f(0.52F, 0), 1));
    }
  });
}

}  // namespace

PerturbationSpec specular_glare() {
  PerturbationSpec spec;
  spec.name = "specular_glare";
  spec.summary = "mirror light on the face: the sheen of oily skin, or a window in spectacle lenses";
  spec.params = {
      {.name = "glare",
       .unit = "white",
       .summary = "light of the brightest place, 1 = white",
       .min = 0,
       .max = 20},
      {.name = "surface",
       .kind = ParamKind::choice,
       .summary = "what mirrors the light",
       .choices = {"skin", "glasses"},
       .default_value = "skin"},
      {.name = "azimuth_deg",
       .unit = "deg",
       .summary = "direction of the lamp on skin, positive from the image's left side",
       .min = -90,
       .max = 90,
       .default_value = 15.0},
      {.name = "elevation_deg",
       .unit = "deg",
       .summary = "direction of the lamp on skin, positive from above",
       .min = -90,
       .max = 90,
       .default_value = 35.0},
  };
  spec.keeps_grey = true;
  spec.strength = "glare";
  spec.ladder = {0.25, 0.5, 1, 2, 4};
  spec.ladder_source = "own: EV steps of 1 to a highlight two stops over white";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const auto glare = static_cast<float>(params.number("glare"));
    const bool on_skin = params.choice("surface") == "skin";
    const cv::Vec3f half = half_vector(params.number("azimuth_deg"), params.number("elevation_deg"));
    return [=](const Image& image, const Frame& frame, const RandomStream&) {
      const FaceAxes axes(frame, image.bgr().size());
      return on_skin ? oily(image, axes, half, glare) : mirrored_in_glasses(image, axes, glare);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
