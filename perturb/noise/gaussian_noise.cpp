// SPDX-License-Identifier: Apache-2.0
// Normal noise added to encoded values, the same everywhere: the definition of ImageNet-C (Hendrycks and
// Dietterich, ICLR 2019), independent in the three channels.
// Its grain is tied to the face (perturb/grain_field.h): noise per pixel would vanish from a large
// face when the embedder scales it down. The default grain is a pixel of the 112-px ArcFace crop.
#include "perturb/face_axes.h"
#include "perturb/grain_field.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {
namespace {

cv::Mat as_float(const Image& image) {
  cv::Mat values;
  image.bgr().convertTo(values, CV_32F);
  return values;
}

}  // namespace

PerturbationSpec gaussian_noise() {
  PerturbationSpec spec;
  spec.name = "gaussian_noise";
  spec.summary = "normal noise added to encoded values";
  spec.params = {
      {.name = "sigma",
       .unit = "encoded value",
       .summary = "standard deviation; black is 0, white is 1",
       .min = 0,
       .max = 2},
      {.name = "grain",
       .unit = "inter-eye distances",
       .summary = "width of a grain",
       .min = 0.001,
       .max = 1,
       .default_value = 0.028},
  };
  spec.random = true;
  spec.strength = "sigma";
  spec.ladder = {0.08, 0.12, 0.18, 0.26, 0.38};
  spec.ladder_source = "ImageNet-C gaussian_noise, on a 112-px ArcFace crop";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const double sigma = params.number("sigma");
    const double grain = params.number("grain");
    return [=](const Image& image, const Frame& frame, const RandomStream& stream) {
      const cv::Size size = image.bgr().size();
      const GrainField noise = grain_field(stream, FaceAxes(frame, size), size, grain, 3);
      cv::Mat noisy;
      cv::scaleAdd(noise.values, 255 * sigma * noise.amplitude, as_float(image), noisy);
      noisy.convertTo(noisy, CV_8U);
      return Image(noisy);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
