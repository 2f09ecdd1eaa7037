// SPDX-License-Identifier: Apache-2.0
// Noise in proportion to the encoded value, x + x n with a normal n: the definition of ImageNet-C
// (Hendrycks and Dietterich, ICLR 2019), independent in the three channels. Black stays black.
// Its grain is tied to the face, see gaussian_noise.cpp.
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

PerturbationSpec speckle_noise() {
  PerturbationSpec spec;
  spec.name = "speckle_noise";
  spec.summary = "noise in proportion to the encoded value; black stays black";
  spec.params = {
      {.name = "sigma",
       .unit = "fraction",
       .summary = "standard deviation over the value",
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
  spec.ladder = {0.15, 0.2, 0.35, 0.45, 0.6};
  spec.ladder_source = "ImageNet-C speckle_noise, on a 112-px ArcFace crop";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const double sigma = params.number("sigma");
    const double grain = params.number("grain");
    return [=](const Image& image, const Frame& frame, const RandomStream& stream) {
      const cv::Size size = image.bgr().size();
      const GrainField noise = grain_field(stream, FaceAxes(frame, size), size, grain, 3);
      const cv::Mat values = as_float(image);
      cv::Mat noisy;
      cv::scaleAdd(noise.values.mul(values), sigma * noise.amplitude, values, noisy);
      noisy.convertTo(noisy, CV_8U);
      return Image(noisy);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
