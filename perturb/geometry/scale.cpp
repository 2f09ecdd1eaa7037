// SPDX-License-Identifier: Apache-2.0
// The face larger (ratio above 1) or smaller about the midpoint of the eyes: in the crop stage an eye
// distance measured too small or too large. A shrunk picture repeats its border pixels around itself.
#include "perturb/warp.h"

namespace robench::perturbations {

PerturbationSpec scale() {
  PerturbationSpec spec;
  spec.name = "scale";
  spec.summary = "picture magnified about the midpoint of the eyes, below 1 shrunk";
  spec.params = {{.name = "ratio",
                  .unit = "ratio",
                  .summary = "size of the face over its size before",
                  .min = 0.2,
                  .max = 5}};
  spec.keeps_grey = true;
  spec.alignment_error = true;
  spec.strength = "ratio";
  spec.ladder = {1.05, 1.1, 1.2, 1.35, 1.5};
  spec.ladder_source =
      "own: from an eye distance that is 5 % wrong to a template that ends at the brows and the chin";
  spec.neutral = 1.0;
  spec.make = [](const Params& params) -> Perturber {
    const Similarity magnify{{params.number("ratio"), 0}, {0, 0}};
    return [magnify](const Image& image, const Frame& frame, const RandomStream&) {
      return moved(image, frame, magnify);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
