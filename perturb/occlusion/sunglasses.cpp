// SPDX-License-Identifier: Apache-2.0
// Sunglasses with a frame and temples to the ears. A lens lets 1 - opacity of the face's light through,
// a little more below than above, and mirrors sky, skyline and a window. The severities are the limits
// of the filter categories of ISO 12312-1 (luminous transmittance 80, 43, 18, 8 and 3 %), counted once:
// light that also came in through the lens is darker still.
#include <algorithm>

#include "perturb/occlusion/parts/glasses_spec.h"
#include "perturb/occlusion/parts/material.h"
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

void lay_lens(Occluder& occluder, const WornGlasses& glasses, int side, float opacity) {
  occluder.lay(
      glasses.lens(occluder, side), [&](cv::Point2f p) { return mirrored(glasses.on_lens(side, p)); },
      opacity);
}

}  // namespace

PerturbationSpec sunglasses() {
  return glasses_spec(
      {.name = "sunglasses",
       .summary = "sunglasses, from hardly tinted to nearly black",
       .opacity_summary = "share of the light that a lens takes",
       .ladder = {0.2, 0.57, 0.82, 0.92, 0.97},
       .ladder_source = "lower limits of transmittance of the filter categories 0 to 4 of ISO 12312-1",
       .no_neutral_reason = "the frame stays when the lenses are clear",
       .make = make_of,
       .lay_lens = lay_lens});
}

}  // namespace robench::perturbations
