// SPDX-License-Identifier: Apache-2.0
#include "perturb/occlusion/parts/mask_spec.h"

namespace robench {

PerturbationSpec mask_spec(const MaskKind& kind) {
  PerturbationSpec spec;
  spec.name = kind.name;
  spec.summary = kind.summary;
  spec.params = {
      {.name = "nose_coverage",
       .unit = "fraction",
       .summary = "where the upper edge crosses the nose: 0 under the nostrils, 1 at the bridge",
       .min = 0,
       .max = 1},
      {.name = "shape",
       .kind = ParamKind::choice,
       .summary = "how far the mask reaches to the sides",
       .choices = {"wide", "round"},
       .default_value = kind.shape},
      {.name = "colour",
       .kind = ParamKind::choice,
       .summary = "of the cloth",
       .choices = kind.colours,
       .default_value = kind.default_colour},
  };
  spec.keeps_grey = true;
  spec.strength = "nose_coverage";
  spec.ladder = {0.0, 0.25, 0.5, 0.75, 1.0};
  spec.ladder_source =
      "own: equal steps from the nostrils to the bridge; NISTIR 8311's low, medium, high lie near 0.2, "
      "0.5, "
      "0.9";
  spec.no_neutral_reason = "a mask that leaves the nose free still covers mouth and chin";
  spec.make = [wear = kind.wear](const Params& params) -> Perturber {
    const MaskFit fit{static_cast<float>(params.number("nose_coverage")),
                      params.choice("shape") == "wide"};
    return [=, colour = params.choice("colour")](const Image& image, const Frame& frame,
                                                 const RandomStream&) {
      return wear(image, frame, fit, colour);
    };
  };
  return spec;
}

}  // namespace robench
