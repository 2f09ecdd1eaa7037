// SPDX-License-Identifier: Apache-2.0
// A partly lit face: one lamp and a weaker fill light on a generic head, in linear light. The face turns
// away from the lamp (attached shadow, Lambert's law) and stands before itself (cast shadow of nose,
// brows and cheeks); its shading by a lamp at the camera, which a portrait has already, is divided out.
// See perturb/lighting/parts/lamp_on_face.h; how like real light it is: docs/realism_of_light.md.
//
//     gain = fill + (1 - fill) * exposure * light,   fill = 2^-ratio_ev
//
// Directions as in the Extended Yale Face Database B (Georghiades et al. 2001): positive azimuth lights
// the image's LEFT side, positive elevation is light from above. They count from the camera's axis and
// turn with the head's roll; the head's yaw turns the shape, not the lamp.
// `direction: left | right` names the lit side of the image: it sets the sign of azimuth_deg.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "perturb/face_shape.h"
#include "perturb/lighting/parts/lamp_on_face.h"
#include "perturb/perturbation.h"
#include "perturb/relight.h"

namespace robench::perturbations {
namespace {

struct Lamp {
  cv::Point3f to_lamp;
  float fill;  // light from everywhere: share of the key light
  bool fixed_exposure;
};

Lamp lamp_of(const Params& params) {
  constexpr double kRadians = std::numbers::pi / 180.0;
  const double azimuth = params.number("azimuth_deg") * kRadians;
  const double elevation = params.number("elevation_deg") * kRadians;
  return {{static_cast<float>(-std::sin(azimuth) * std::cos(elevation)),
           static_cast<float>(-std::sin(elevation)),
           static_cast<float>(std::cos(azimuth) * std::cos(elevation))},
          static_cast<float>(std::exp2(-params.number("ratio_ev"))),
          params.choice("exposure") == "fixed"};
}

// The camera exposes for the lit skin, which then is a little brighter than under a lamp at the camera
// (0.85).
float exposure_of(const Lamp& lamp, const LampOnFace& light) {
  constexpr float kLitSkin = 0.95F;
  constexpr float kMost = 2.2F;  // for lamps behind the head
  return lamp.fixed_exposure ? 1.0F : std::min(kLitSkin / light.lit_skin(), kMost);
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
  spec.summary = "a partly lit face: one lamp from the side, with the shadows of a generic head";
  spec.version = 2;
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
      {.name = "exposure",
       .kind = ParamKind::choice,
       .summary = "auto: the camera exposes for the lit skin; fixed: as for the same lamp at the camera",
       .choices = {"auto", "fixed"},
       .default_value = "auto"},
  };
  spec.keeps_grey = true;
  spec.strength = "ratio_ev";
  spec.ladder = {1, 2, 3, 4, 5};
  spec.ladder_source = "EV steps of 1: key-to-fill ratios 2:1 to 32:1 of portrait lighting";
  spec.neutral = 0.0;
  spec.resolve = resolve;
  spec.make = [](const Params& params) -> Perturber {
    return [lamp = lamp_of(params)](const Image& image, const Frame& frame, const RandomStream&) {
      const FaceAxes axes(frame, image.bgr().size());
      const FaceShape shape(axes);
      const LampOnFace key(shape, lamp.to_lamp);
      const float share = (1.0F - lamp.fill) * exposure_of(lamp, key);
      return relit(image, [&](int y, LightRow& light) {
        key.light_along(axes.row(y), light.gain);
        for (float& gain : light.gain) gain = lamp.fill + share * gain;
      });
    };
  };
  return spec;
}

}  // namespace robench::perturbations
