// SPDX-License-Identifier: Apache-2.0
// Sunglasses with a frame and temples to the ears. A lens lets 1 - opacity of the face's light through,
// a little more below than above, and mirrors sky, skyline and a window. The severities are the limits
// of the filter categories of ISO 12312-1 (luminous transmittance 80, 43, 18, 8 and 3 %), counted once:
// light that also came in through the lens is darker still.
#include <algorithm>

#include "perturb/occlusion/parts/material.h"
#include "perturb/occlusion/parts/worn_glasses.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

// What a dark lens mirrors: a sky that fades towards the skyline, dark ground, a window high up.
cv::Vec3f mirrored(cv::Point2f lens) {
  const float skyline = 0.1F + 0.08F * smooth_noise({lens.x * 2.3F + 7, 0.5F});
  const float sky = smooth_step((skyline - lens.y) / 0.25F);
  const cv::Vec3f light =
      cv::Vec3f(0.085F, 0.07F, 0.06F) * (sky * (0.55F - 0.45F * lens.y)) + cv::Vec3f::all(0.006F);
  const float x = lens.x + 0.35F + 0.25F * lens.y;  // a leaning window
  const auto within = [](float t, float half) { return smooth_step((half - std::abs(t)) / 0.06F); };
  const float window = within(x, 0.2F) * within(lens.y + 0.45F, 0.25F) * (1 - 0.7F * within(x, 0.035F));
  return light + cv::Vec3f(0.3F, 0.3F, 0.28F) * window;
}

GlassesMake make_of(const std::string& shape) {
  const cv::Vec3f black = reflectance(0x1D1A19);
  if (shape == "round") return {0.41F, 0.4F, 2.0F, 0.0F, 0.035F, black};
  return {0.45F, 0.36F, 2.9F, 0.14F, 0.07F, black};
}

}  // namespace

PerturbationSpec sunglasses() {
  PerturbationSpec spec;
  spec.name = "sunglasses";
  spec.summary = "sunglasses, from hardly tinted to nearly black";
  spec.params = {
      {.name = "opacity",
       .unit = "fraction",
       .summary = "share of the light that a lens takes",
       .min = 0,
       .max = 1},
      {.name = "shape",
       .kind = ParamKind::choice,
       .summary = "of lenses and frame",
       .choices = {"rectangular", "round"},
       .default_value = "rectangular"},
  };
  spec.keeps_grey = true;
  spec.strength = "opacity";
  spec.ladder = {0.2, 0.57, 0.82, 0.92, 0.97};
  spec.ladder_source = "lower limits of transmittance of the filter categories 0 to 4 of ISO 12312-1";
  spec.no_neutral_reason = "the frame stays when the lenses are clear";
  spec.make = [](const Params& params) -> Perturber {
    return
        [opacity = static_cast<float>(params.number("opacity")), make = make_of(params.choice("shape"))](
            const Image& image, const Frame& frame, const RandomStream&) {
          Occluder occluder(image, frame);
          const WornGlasses glasses(occluder.fit(), make);
          for (const int side : {-1, 1}) {
            Coverage lens = glasses.lens(occluder, side);
            occluder.lay(
                lens, [&](cv::Point2f p) { return mirrored(glasses.on_lens(side, p)); }, opacity);
          }
          glasses.lay_frame(occluder);
          occluder.cast_shadow(0.4F, 0.05F, {0, 0.06F});
          return occluder.before_face(image);
        };
  };
  return spec;
}

}  // namespace robench::perturbations
