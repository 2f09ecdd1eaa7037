// SPDX-License-Identifier: Apache-2.0
// JPEG of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): baseline JPEG of low quality on the scale of
// the Independent JPEG Group, colour halved both ways.
#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/jpeg_codec.h"

namespace robench::imagenet_c {

PerturbationSpec jpeg_compression() {
  static constexpr LevelTables<double> kQuality = {{25, 18, 15, 10, 7}, {80, 65, 58, 50, 40}};
  PerturbationSpec spec =
      imagenet_c_spec("jpeg_compression", "stored as JPEG of low quality", "quality 25, 18, 15, 10, 7");
  spec.keeps_grey = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.make = [](const Params& params) -> Perturber {
    const JpegSettings settings = {.quality = kQuality.at(params)};
    return [settings](const Image& image, const Frame&, const RandomStream&) {
      return jpeg_coded(image, settings);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
