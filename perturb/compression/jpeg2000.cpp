// SPDX-License-Identifier: Apache-2.0
// JPEG 2000 at a high compression ratio, as on the chip of a travel document: instead of blocks it
// leaves soft skin, swimming edges and lost hair (ITU-T T.800, irreversible path).
// The ratio is 3 bytes a pixel over the length of the code stream, headers included.
#include "perturb/jpeg2000_codec.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {

PerturbationSpec jpeg2000() {
  PerturbationSpec spec;
  spec.name = "jpeg2000";
  spec.summary = "JPEG 2000 at a high compression ratio, as on the chip of a travel document";
  spec.params = {{.name = "ratio",
                  .unit = "ratio",
                  .summary = "24-bit size over size of the code stream",
                  .min = 2,
                  .max = 2000}};
  spec.strength = "ratio";
  spec.ladder = {32, 50, 80, 125, 200};
  spec.ladder_source = "own: steps of a factor 1.6, every second value of the R10 series of ISO 3";
  spec.no_neutral_reason = "the 9/7 wavelet and the colour transform round at any ratio";
  spec.depends_on_pixels_reason =
      "the ratio counts bytes per pixel of the picture, and a larger face has more pixels for its "
      "detail";
  spec.make = [](const Params& params) -> Perturber {
    return [ratio = params.number("ratio")](const Image& image, const Frame&, const RandomStream&) {
      return decode_jpeg2000(encode_jpeg2000(image, ratio)).value_or(image);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
