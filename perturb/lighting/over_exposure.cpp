// SPDX-License-Identifier: Apache-2.0
// Too much exposure: linear light times 2^EV (ISO 2720: one exposure value is a factor of two), clipped
// at the sensor's white channel by channel, so that bright skin loses its texture and its colour.
#include <cmath>

#include "perturb/perturbation.h"
#include "perturb/srgb.h"

namespace robench::perturbations {

PerturbationSpec over_exposure() {
  PerturbationSpec spec;
  spec.name = "over_exposure";
  spec.summary = "linear light raised and clipped at white";
  spec.params = {{.name = "ev", .unit = "EV", .summary = "stops of extra exposure", .min = 0, .max = 8}};
  spec.keeps_grey = true;
  spec.strength = "ev";
  spec.ladder = {0.5, 1, 1.5, 2, 2.5};
  spec.ladder_source = "own: steps of half an EV; at 2.5 EV all above 18 % reflectance is white";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const double gain = std::exp2(params.number("ev"));
    const PixelTable table = table_of_linear([=](double light) { return gain * light; });
    return [table](const Image& image, const Frame&, const RandomStream&) {
      return apply_table(image, table);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
