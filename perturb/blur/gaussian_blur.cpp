// SPDX-License-Identifier: Apache-2.0
// Fine detail smoothed away as an editor, a beauty filter or a camera's noise reduction does it: a
// Gaussian over encoded values, the definition of ImageNet-C (Hendrycks and Dietterich, ICLR 2019).
// What a lens or a movement does is in defocus_blur, motion_blur and camera_shake, in linear light.
#include "perturb/blur/parts/point_spread.h"
#include "perturb/face_axes.h"
#include "perturb/gaussian_blurred.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {

PerturbationSpec gaussian_blur() {
  PerturbationSpec spec;
  spec.name = "gaussian_blur";
  spec.summary = "encoded values smoothed by a Gaussian, as by noise reduction or an editor";
  spec.params = {{.name = "sigma",
                  .unit = "inter-eye distances",
                  .summary = "standard deviation of the Gaussian",
                  .min = 0,
                  .max = 2}};
  spec.keeps_grey = true;
  spec.strength = "sigma";
  spec.ladder = {0.028, 0.057, 0.085, 0.114, 0.17};
  spec.ladder_source =
      "ImageNet-C gaussian_blur: 1, 2, 3, 4, 6 px on a 112-px ArcFace crop, eyes 35.24 px apart";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    return [sigma = params.number("sigma")](const Image& image, const Frame& frame,
                                            const RandomStream&) {
      const cv::Size size = image.bgr().size();
      cv::Mat values;
      image.bgr().convertTo(values, CV_32F);
      cv::Mat blurred;
      gaussian_blurred(values, spread_px(FaceAxes(frame, size), size, sigma)).convertTo(blurred, CV_8U);
      return Image(blurred);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
