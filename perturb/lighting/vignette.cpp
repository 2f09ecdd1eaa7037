// SPDX-License-Identifier: Apache-2.0
// Light lost towards the corners of the picture by the cos^4 law (illumination of an image point at
// field angle t is cos^4 t of the axis; e.g. Hecht, "Optics"): with tan t growing linearly from the
// middle,
//   gain(r) = (1 + r^2 (2^(ev / 2) - 1))^-2,  r = 1 at the corner, where it is 2^-ev.
// The axis is the middle of the picture that is given: in the crop stage that of the crop.
#include <cmath>

#include "perturb/perturbation.h"
#include "perturb/relight.h"

namespace robench::perturbations {
namespace {

Image with_vignette(const Image& image, float tan2_corner) {
  const float middle_x = 0.5F * static_cast<float>(image.width() - 1);
  const float middle_y = 0.5F * static_cast<float>(image.height() - 1);
  const float corner2 = middle_x * middle_x + middle_y * middle_y;
  const float per_corner2 = corner2 > 0 ? 1.0F / corner2 : 0.0F;  // a single pixel is its own middle
  return relit(image, [&](int y, LightRow& light) {
    const float dy = static_cast<float>(y) - middle_y;
    for (std::size_t x = 0; x < light.gain.size(); ++x) {
      const float dx = static_cast<float>(static_cast<int>(x)) - middle_x;
      const float spread = 1.0F + (dx * dx + dy * dy) * per_corner2 * tan2_corner;  // 1 / cos^2
      light.gain[x] = 1.0F / (spread * spread);
    }
  });
}

}  // namespace

PerturbationSpec vignette() {
  PerturbationSpec spec;
  spec.name = "vignette";
  spec.summary = "light lost towards the corners of the picture by the cos^4 law";
  spec.params = {{.name = "corner_ev",
                  .unit = "EV",
                  .summary = "stops of light lost in the corners",
                  .min = 0,
                  .max = 12}};
  spec.keeps_grey = true;
  spec.strength = "corner_ev";
  spec.ladder = {1, 2, 3, 4, 5};
  spec.ladder_source = "EV steps of 1: a full field of view of 66 degrees to 117 degrees";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const auto tan2_corner = static_cast<float>(std::exp2(params.number("corner_ev") / 2) - 1);
    return [tan2_corner](const Image& image, const Frame&, const RandomStream&) {
      return with_vignette(image, tan2_corner);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
