// SPDX-License-Identifier: Apache-2.0
// Eyeglasses with clear lenses: what hides the eyes is what the lenses mirror, a bright window or sky
// that lies over them as a veil. Opacity is the share of the eye's light that the brightest part of the
// veil replaces; the frame stays the same.
#include <algorithm>

#include "perturb/occlusion/parts/glasses_spec.h"
#include "perturb/occlusion/parts/material.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

// How much of the full reflection a place on the lens shows: bands that lean, brightest above.
float veil_at(cv::Point2f lens) {
  const float along = lens.y + 0.45F * lens.x;
  const float sheet = smooth_step((0.75F - along) / 0.5F);
  const float gap = smooth_step((std::abs(along - 0.05F) - 0.05F) / 0.1F);
  return 0.55F + 0.45F * sheet * (0.55F + 0.45F * gap);
}

GlassesMake make_of(const std::string& shape) {
  if (shape == "round") return {0.46F, 0.45F, 2.0F, 0.0F, 0.075F, reflectance(0x33261B)};
  return {0.47F, 0.37F, 3.2F, 0.08F, 0.08F, reflectance(0x201C1B)};
}

void veil(Coverage& lens, const FaceAxes& axes, const WornGlasses& glasses, int side) {
  for (int y = 0; y < lens.area.height; ++y) {
    for (int x = 0; x < lens.area.width; ++x) {
      const cv::Point2f pixel(cv::Point(x, y) + lens.area.tl());
      lens.share(y, x) *= veil_at(glasses.on_lens(side, axes.from_pixel(pixel)));
    }
  }
}

void lay_lens(Occluder& occluder, const WornGlasses& glasses, int side, float opacity) {
  Coverage lens = glasses.lens(occluder, side);
  veil(lens, occluder.axes(), glasses, side);
  occluder.lay(lens, cv::Vec3f(1.0F, 0.97F, 0.92F), opacity);
}

}  // namespace

PerturbationSpec eyeglasses() {
  return glasses_spec(
      {.name = "eyeglasses",
       .summary = "eyeglasses whose lenses mirror a bright window",
       .opacity_summary = "share of the eye's light that the reflection replaces where it is brightest",
       .ladder = {0.1, 0.3, 0.5, 0.7, 0.9},
       .ladder_source = "own: equal steps from a coated lens to a mirrored window or flash",
       .no_neutral_reason = "the frame stays when nothing is mirrored",
       .make = make_of,
       .lay_lens = lay_lens});
}

}  // namespace robench::perturbations
