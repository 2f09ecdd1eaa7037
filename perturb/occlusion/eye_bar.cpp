// SPDX-License-Identifier: Apache-2.0
// The bar that newspapers lay over the eyes: flat ink along the line through the eyes, from temple to
// temple, turning with the head. Ink is not lit by the scene.
// own: a known redaction; no standard fixes its height.
#include "perturb/occlusion/parts/occluder.h"

namespace robench::perturbations {

PerturbationSpec eye_bar() {
  PerturbationSpec spec;
  spec.name = "eye_bar";
  spec.summary = "a flat bar over the eyes, as redaction draws it";
  spec.params = {
      {.name = "height", .unit = "IED", .summary = "height of the bar", .min = 0, .max = 2},
      {.name = "colour",
       .kind = ParamKind::choice,
       .summary = "of the bar",
       .choices = {"black", "white"},
       .default_value = "black"},
  };
  spec.keeps_grey = true;
  spec.strength = "height";
  spec.ladder = {0.1, 0.2, 0.35, 0.5, 0.7};
  spec.ladder_source =
      "own: from the pupils (0.1) over the open eye (0.2) and its lids (0.35) to the brows (0.7)";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const auto half = static_cast<float>(params.number("height") / 2);
    const cv::Vec3f ink = cv::Vec3f::all(params.choice("colour") == "black" ? 0.0F : 1.0F);
    return [=](const Image& image, const Frame& frame, const RandomStream&) {
      Occluder occluder(image, frame);
      const float left = occluder.fit().ear(-1).x;
      const float right = occluder.fit().ear(1).x;
      occluder.print(
          outline_coverage(occluder.axes(), {{left, -half}, {right, -half}, {right, half}, {left, half}},
                           occluder.canvas(), 0),
          ink);
      return occluder.before_face(image);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
