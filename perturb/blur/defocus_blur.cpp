// SPDX-License-Identifier: Apache-2.0
// The lens focused on another distance: each point becomes the image of the aperture, here a disk of
// even brightness, in linear light, so that bright points become discs. Thin lens: the diameter is A |1
// - s / d| f / (s - f) for aperture A, focal length f, focus at s, subject at d.
#include "perturb/blur/parts/point_spread.h"
#include "perturb/face_axes.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {

PerturbationSpec defocus_blur() {
  PerturbationSpec spec;
  spec.name = "defocus_blur";
  spec.summary = "out of focus: each point becomes a disk of light";
  spec.params = {{.name = "radius",
                  .unit = "inter-eye distances",
                  .summary = "radius of the disk",
                  .min = 0,
                  .max = 2}};
  spec.keeps_grey = true;
  spec.strength = "radius";
  spec.ladder = {0.043, 0.057, 0.085, 0.114, 0.142};
  spec.ladder_source =
      "ImageNet-C defocus_blur: 3, 4, 6, 8, 10 px at 224 px, an ArcFace crop with eyes 70.5 px apart";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    return
        [radius = params.number("radius")](const Image& image, const Frame& frame, const RandomStream&) {
          const cv::Size size = image.bgr().size();
          const cv::Mat disk = disk_spread(spread_px(FaceAxes(frame, size), size, radius));
          return from_linear_light(spread_light(linear_light(image), disk));
        };
  };
  return spec;
}

}  // namespace robench::perturbations
