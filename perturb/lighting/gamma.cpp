// SPDX-License-Identifier: Apache-2.0
// Gamma error: encoded values raised to a power, as when a screen, a scanner or an editor assumes the
// wrong transfer curve (Poynton, "Digital Video and HD", 2nd ed. 2012, ch. 27). Black and white stay.
#include <cmath>

#include "perturb/perturbation.h"
#include "perturb/srgb.h"

namespace robench::perturbations {

PerturbationSpec gamma() {
  PerturbationSpec spec;
  spec.name = "gamma";
  spec.summary = "encoded values raised to a power: above 1 darker mid-tones, below 1 lighter";
  spec.params = {{.name = "gamma",
                  .unit = "exponent",
                  .summary = "power of the encoded value in 0..1",
                  .min = 0.1,
                  .max = 10}};
  spec.keeps_grey = true;
  spec.strength = "gamma";
  spec.ladder = {1.25, 1.6, 2.0, 2.5, 3.2};
  spec.ladder_source = "own: steps of a factor 1.25, the R10 series of ISO 3 rounded";
  spec.neutral = 1.0;
  spec.make = [](const Params& params) -> Perturber {
    const double exponent = params.number("gamma");
    const PixelTable table = table_of_encoded([=](double value) { return std::pow(value, exponent); });
    return [table](const Image& image, const Frame&, const RandomStream&) {
      return apply_table(image, table);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
