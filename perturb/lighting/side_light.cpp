// SPDX-License-Identifier: Apache-2.0
// A partly lit face: one lamp and a weaker fill light on a generic head (perturb/face_shape.h), Lambert
// shading (light = cosine of the angle to the surface normal) in linear light.
//
// Directions as in the Extended Yale Face Database B (Georghiades et al. 2001): positive azimuth lights
// the image's LEFT side, positive elevation is light from above. They count from the camera's axis and
// turn with the head's roll; the head's yaw turns the shape, not the lamp.
// `direction: left | right` names the lit side of the image: it sets the sign of azimuth_deg.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "perturb/face_shape.h"
#include "perturb/perturbation.h"
#include "perturb/relight.h"

namespace robench::perturbations {
namespace {

constexpr float kTerminatorSoftness = 0.12F;  // a lamp of about 14 degrees, as a small softbox
// The camera exposes for the lit cheek: skin turned half-way from the camera to the lamp gets this gain.
constexpr double kLitCheek = 1.25;
constexpr double kBrightestKey = 2.2;  // for lamps beside and behind the head

struct Lamp {
  float x, y, z;  // direction to the lamp (image right, down, towards the camera) times its brightness
  float fill;     // light from everywhere: share of the key light
  float softness;
};

Lamp lamp_of(const Params& params) {
  constexpr double kRadians = std::numbers::pi / 180.0;
  const double azimuth = params.number("azimuth_deg") * kRadians;
  const double elevation = params.number("elevation_deg") * kRadians;
  const double towards_camera = std::cos(azimuth) * std::cos(elevation);
  const double half_way = std::sqrt((1 + towards_camera) / 2);  // cosine of half the angle to the camera
  const double key = std::min(kLitCheek / half_way, kBrightestKey);
  return {static_cast<float>(-std::sin(azimuth) * std::cos(elevation) * key),
          static_cast<float>(-std::sin(elevation) * key), static_cast<float>(towards_camera * key),
          static_cast<float>(std::exp2(-params.number("ratio_ev"))),
          kTerminatorSoftness * static_cast<float>(key)};
}

// Light on each pixel of a row; exactly 1 where fill is 1.
void light_row(const Lamp& lamp, const SurfaceRow& surface, std::vector<float>& gain) {
  const float softness2 = lamp.softness * lamp.softness;
  for (std::size_t x = 0; x < gain.size(); ++x) {
    const float cosine = surface.nx[x] * lamp.x + surface.ny[x] * lamp.y + surface.nz[x] * lamp.z;
    const float lit =
        0.5F * (cosine + std::sqrt(cosine * cosine + softness2));  // max(0, cosine), rounded
    gain[x] = lamp.fill + (1.0F - lamp.fill) * lit;
  }
}

void resolve(Params& params) {
  const double azimuth = params.number("azimuth_deg");
  if (params.contains("direction")) {
    const double side = params.choice("direction") == "left" ? 1.0 : -1.0;
    params.set("azimuth_deg", side * std::abs(azimuth));
  } else if (azimuth != 0) {
    params.set("direction", azimuth > 0 ? "left" : "right");
  }
}

}  // namespace

PerturbationSpec side_light() {
  PerturbationSpec spec;
  spec.name = "side_light";
  spec.summary = "a partly lit face: one lamp from the side, shaded on a generic head";
  spec.params = {
      {.name = "ratio_ev",
       .unit = "EV",
       .summary = "key light over fill light in stops",
       .min = 0,
       .max = 10},
      {.name = "azimuth_deg",
       .unit = "deg",
       .summary = "direction of the lamp, positive lights the image's left side",
       .min = -130,
       .max = 130,
       .default_value = 80.0},
      {.name = "elevation_deg",
       .unit = "deg",
       .summary = "direction of the lamp, positive from above",
       .min = -90,
       .max = 90,
       .default_value = 15.0},
      {.name = "direction",
       .kind = ParamKind::choice,
       .summary = "lit side of the image: sets the sign of azimuth_deg",
       .choices = {"left", "right"}},
  };
  spec.keeps_grey = true;
  spec.strength = "ratio_ev";
  spec.ladder = {1, 2, 3, 4, 5};
  spec.ladder_source = "EV steps of 1: key-to-fill ratios 2:1 to 32:1 of portrait lighting";
  spec.neutral = 0.0;
  spec.resolve = resolve;
  spec.make = [](const Params& params) -> Perturber {
    return [lamp = lamp_of(params)](const Image& image, const Frame& frame, const RandomStream&) {
      const FaceShape shape(FaceAxes(frame, image.bgr().size()));
      SurfaceRow surface(static_cast<std::size_t>(image.width()));
      return relit(image, [&](int y, LightRow& light) {
        shape.surface_of_row(y, surface);
        light_row(lamp, surface, light.gain);
      });
    };
  };
  return spec;
}

}  // namespace robench::perturbations
