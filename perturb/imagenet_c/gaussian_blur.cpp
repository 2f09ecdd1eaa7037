// SPDX-License-Identifier: Apache-2.0
// Gaussian blur of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): encoded values under a Gaussian cut
// at 4 sigma, edges continued.
#include "perturb/imagenet_c/parts/gaussian_filter.h"
#include "perturb/imagenet_c/parts/imagenet_c.h"

namespace robench::imagenet_c {

PerturbationSpec gaussian_blur() {
  static constexpr LevelTables<double> kSigma = {{1, 2, 3, 4, 6}, {.4, .6, .7, .8, 1}};
  PerturbationSpec spec =
      imagenet_c_spec("gaussian_blur", "encoded values under a Gaussian", "sigma 1, 2, 3, 4, 6 px");
  spec.keeps_grey = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.make = [](const Params& params) -> Perturber {
    return [sigma = kSigma.at(params)](const Image& image, const Frame&, const RandomStream&) {
      return gaussian_blurred(image, sigma);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
