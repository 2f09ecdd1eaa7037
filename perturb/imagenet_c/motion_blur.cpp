// SPDX-License-Identifier: Apache-2.0
// Motion blur of ImageNet-C as imagecorruptions 1.1 has it (Michaelis et al. 2019): encoded values
// smeared along a line with half of a Gaussian; the direction is random within 45 degrees of the
// horizontal.
#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/line_blur.h"
#include "perturb/imagenet_c/parts/pixel_floor.h"

namespace robench::imagenet_c {
namespace {

struct Motion {
  int radius;
  double sigma;
};

}  // namespace

PerturbationSpec motion_blur() {
  static constexpr LevelTables<Motion> kMotion = {{{{10, 3}, {15, 5}, {15, 8}, {15, 12}, {20, 15}}},
                                                  {{{6, 1}, {6, 1.5}, {6, 2}, {8, 2}, {9, 2.5}}}};
  PerturbationSpec spec =
      imagenet_c_spec("motion_blur", "smeared along a line of random direction",
                      "(radius px, sigma px) (10, 3), (15, 5), (15, 8), (15, 12), (20, 15)");
  spec.random = true;
  spec.keeps_grey = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.not_monotone_reason = "CIFAR-10-C's levels 3 and 4 differ only in where their tails are cut";
  spec.make = [](const Params& params) -> Perturber {
    return [motion = kMotion.at(params)](const Image& image, const Frame&, const RandomStream& stream) {
      const double angle_deg = stream.uniform(0, -45, 45);
      cv::Mat encoded;
      image.bgr().convertTo(encoded, CV_32F);
      return floored(LineBlur(motion.radius, motion.sigma, angle_deg).apply(encoded));
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
