// SPDX-License-Identifier: Apache-2.0
// A flash on the camera, in linear light. The camera exposes for its middle, the face: with `ratio` of
// flash over ambient light there, both keep their sum plus a third of a stop where flash outweighs all
// else. What lies behind gets the flash weakened by the square of the distance (own: the face at 1 m,
// the wall at 2.5 m: 0.16), so the background falls dark; the light comes along the camera's axis, so
// the head darkens towards its outline (Lambert) and mirrors it where skin faces the camera (Blinn), the
// eyes and their sockets excepted.
#include <algorithm>
#include <cmath>

#include "perturb/face_shape.h"
#include "perturb/perturbation.h"
#include "perturb/relight.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

constexpr float kBehind = 0.16F;       // of the flash that reaches the background
constexpr float kOverexposed = 0.26F;  // a third of a stop
constexpr float kMirror = 0.30F;       // peak of the mirrored light, 1 = white
constexpr float kExponent = 40;        // of the mirror lobe, skin

// 1 on head and shoulders, 0 on the background; soft, since only their rough shape is known.
float person_at(const FaceAxes& axes, float u, float v) {
  constexpr float kSoftness = 0.9F;
  const auto depth_in = [](float x, float y, float radius) {
    return radius * (1.0F - std::sqrt(x * x + y * y));
  };
  const float yaw = axes.tan_yaw();
  const float head = depth_in((u + 0.6F * yaw) / 1.45F, (v + 0.1F) / 2.1F, 1.45F);
  const float neck = depth_in((u + 0.5F * yaw) / 1.15F, (v - 2.0F) / 1.6F, 1.15F);
  const float shoulders = depth_in((u + 0.5F * yaw) / 3.5F, (v - 5.2F) / 3.6F, 3.5F);
  return smooth_step(0.2F + std::max({head, neck, shoulders}) / kSoftness);
}

// 0 on the eyes, which are no skin, and in their sockets, whose small curves would shine in patches that
// are nobody's; 1 elsewhere. In face units the eyes are at (+-0.5, 0).
float skin_at(float u, float v) {
  constexpr float kInner = 0.35F;  // of the squared distance where shine begins to come back
  const float across = (std::abs(u) - 0.5F) / 0.5F;
  const float down = (v + 0.06F) / 0.45F;
  return smooth_step((across * across + down * down - kInner) / (1.0F - kInner));
}

Image flashed(const Image& image, const FaceAxes& axes, float ratio) {
  const FaceShape shape(axes);
  SurfaceRow surface(static_cast<std::size_t>(image.width()));
  const float flash = ratio / (1.0F + ratio);  // share of the light on the face
  const float exposure = 1.0F + kOverexposed * flash;
  return relit(image, [&](int y, LightRow& light) {
    shape.surface_of_row(y, surface);
    const FaceLine line = axes.row(y);
    for (std::size_t x = 0; x < light.gain.size(); ++x) {
      const float u = line.u(x);
      const float v = line.v(x);
      const float person = person_at(axes, u, v);
      const float facing = std::max(0.0F, surface.nz[x]);
      const float on_person = 0.35F + 0.65F * facing;  // skin that turns away still scatters some
      const float reached = kBehind + person * (on_person - kBehind);
      light.gain[x] = exposure * (1.0F - flash * (1.0F - reached));
      light.veil[x] = flash * kMirror * person * skin_at(u, v) * std::pow(facing, kExponent);
    }
  });
}

}  // namespace

PerturbationSpec flash() {
  PerturbationSpec spec;
  spec.name = "flash";
  spec.summary = "a flash on the camera: flat shiny face, dark background";
  spec.version = 2;
  spec.params = {{.name = "ratio",
                  .unit = "ratio",
                  .summary = "flash over ambient light on the face",
                  .min = 0,
                  .max = 1000}};
  spec.keeps_grey = true;
  spec.strength = "ratio";
  spec.ladder = {0.25, 0.5, 1, 3, 15};
  spec.ladder_source =
      "own: fill flash two stops under the ambient light to a flash that is nearly all the light";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const auto ratio = static_cast<float>(params.number("ratio"));
    return [ratio](const Image& image, const Frame& frame, const RandomStream&) {
      return flashed(image, FaceAxes(frame, image.bgr().size()), ratio);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
