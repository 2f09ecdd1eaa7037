// SPDX-License-Identifier: Apache-2.0
#include "perturb/noise/parts/sigma_noise.h"

#include "perturb/face_axes.h"

namespace robench {

PerturbationSpec sigma_noise_spec(const SigmaNoise& kind) {
  PerturbationSpec spec;
  spec.name = kind.name;
  spec.summary = kind.summary;
  spec.params = {
      {.name = "sigma", .unit = kind.sigma_unit, .summary = kind.sigma_summary, .min = 0, .max = 2},
      {.name = "grain",
       .unit = "inter-eye distances",
       .summary = "width of a grain",
       .min = 0.001,
       .max = 1,
       .default_value = 0.028},
  };
  spec.random = true;
  spec.strength = "sigma";
  spec.ladder = kind.ladder;
  spec.ladder_source = kind.ladder_source;
  spec.neutral = 0.0;
  spec.make = [add = kind.add](const Params& params) -> Perturber {
    return [add, sigma = params.number("sigma"), grain = params.number("grain")](
               const Image& image, const Frame& frame, const RandomStream& stream) {
      const cv::Size size = image.bgr().size();
      cv::Mat values;
      image.bgr().convertTo(values, CV_32F);
      cv::Mat noisy = add(values, grain_field(stream, FaceAxes(frame, size), size, grain, 3), sigma);
      noisy.convertTo(noisy, CV_8U);
      return Image(noisy);
    };
  };
  return spec;
}

}  // namespace robench
