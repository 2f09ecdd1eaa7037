// SPDX-License-Identifier: Apache-2.0
// JPEG at low quality: the cosine coefficients of 8x8 blocks are rounded to multiples of a table (ITU-T
// T.81, Annex A and K), so that detail goes first, then colour, until only the blocks' means are left.
// Quality is the scale of the Independent JPEG Group (libjpeg, jpeg_quality_scaling).
#include "perturb/jpeg_codec.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {

PerturbationSpec jpeg() {
  PerturbationSpec spec;
  spec.name = "jpeg";
  spec.aliases = {"jpeg_compression"};
  spec.summary = "JPEG at low quality: blocks, ringing at edges, lost colour";
  ParamSpec quality = jpeg_quality_param(75);
  quality.default_value.reset();
  spec.params = {quality, subsampling_param()};
  spec.keeps_grey = true;
  spec.strength = "quality";
  spec.ladder = {50, 28, 16, 9, 5};
  spec.ladder_source = "own: 1, 1.8, 3.1, 5.6 and 10 times the tables of ITU-T T.81 Annex K";
  spec.no_neutral_reason = "even quality 100 rounds coefficients and colours";
  spec.depends_on_pixels_reason = "blocks are 8 pixels of the picture, so a larger face loses less";
  spec.make = [](const Params& params) -> Perturber {
    const JpegSettings settings{.quality = params.number("quality"), .chroma = subsampling_of(params)};
    return [settings](const Image& image, const Frame&, const RandomStream&) {
      return jpeg_coded(image, settings);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
