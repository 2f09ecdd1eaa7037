// SPDX-License-Identifier: Apache-2.0
// Gaussian noise of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): v + sigma n for each encoded
// value, clipped.
#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_noise.h"

namespace robench::imagenet_c {

PerturbationSpec gaussian_noise() {
  static constexpr LevelTables<double> kSigma = {{.08, .12, .18, .26, .38}, {.04, .06, .08, .09, .10}};
  PerturbationSpec spec = imagenet_c_spec("gaussian_noise", "normal noise added to every encoded value",
                                          "sigma .08, .12, .18, .26, .38 of the range");
  spec.random = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.make = [](const Params& params) -> Perturber {
    const auto sigma = static_cast<float>(255 * kSigma.at(params));
    return [sigma](const Image& image, const Frame&, const RandomStream& stream) {
      return with_normal_noise(image, stream, sigma, 0);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
