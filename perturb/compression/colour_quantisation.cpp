// SPDX-License-Identifier: Apache-2.0
// Few levels per channel, as from a cheap display, a frame grabber or a posterising editor: encoded
// values rounded to 2^bits evenly spaced levels, black and white among them. Skin breaks into flat
// steps. Per channel rather than a palette of the picture's own colours: a palette hides most of the
// loss where the face is and depends on what else is in the picture, so a severity would mean nothing.
// Between whole bits the number of levels is rounded.
#include <cmath>

#include "perturb/perturbation.h"
#include "perturb/srgb.h"

namespace robench::perturbations {

PerturbationSpec colour_quantisation() {
  PerturbationSpec spec;
  spec.name = "colour_quantisation";
  spec.summary = "few levels per channel: flat steps instead of shades";
  spec.params = {{.name = "bits",
                  .unit = "bits per channel",
                  .summary = "binary logarithm of the number of levels",
                  .min = 1,
                  .max = 8}};
  spec.keeps_grey = true;
  spec.strength = "bits";
  spec.ladder = {5, 4, 3, 2, 1};
  spec.ladder_source = "own: from 15-bit colour, one bit less a step, down to one bit";
  spec.neutral = 8.0;
  spec.make = [](const Params& params) -> Perturber {
    const double steps = std::round(std::exp2(params.number("bits"))) - 1;
    const PixelTable table =
        table_of_encoded([=](double value) { return std::round(value * steps) / steps; });
    return [table](const Image& image, const Frame&, const RandomStream&) {
      return apply_table(image, table);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
