// SPDX-License-Identifier: Apache-2.0
// Speckle noise of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): v + v sigma n for each encoded
// value, clipped.
#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_noise.h"

namespace robench::imagenet_c {

PerturbationSpec speckle_noise() {
  static constexpr LevelTables<double> kSigma = {{.15, .2, .35, .45, .6}, {.06, .1, .12, .16, .2}};
  PerturbationSpec spec =
      imagenet_c_spec("speckle_noise", "normal noise in proportion to every encoded value",
                      "sigma .15, .2, .35, .45, .6 of the value");
  spec.random = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.make = [](const Params& params) -> Perturber {
    const auto sigma = static_cast<float>(kSigma.at(params));
    return [sigma](const Image& image, const Frame&, const RandomStream& stream) {
      return with_normal_noise(image, stream, 0, sigma);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
