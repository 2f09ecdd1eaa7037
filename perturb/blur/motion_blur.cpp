// SPDX-License-Identifier: Apache-2.0
// The subject or the camera moves evenly along a line while the shutter is open, in linear light. The
// line is centred, so that the face stays where it was.
#include "perturb/blur/parts/point_spread.h"
#include "perturb/face_axes.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {

PerturbationSpec motion_blur() {
  PerturbationSpec spec;
  spec.name = "motion_blur";
  spec.summary = "even movement along a line during the exposure";
  spec.params = {
      {.name = "length",
       .unit = "inter-eye distances",
       .summary = "way moved during the exposure",
       .min = 0,
       .max = 5},
      {.name = "angle_deg",
       .unit = "deg",
       .summary =
           "direction in the picture, 0 horizontal, positive towards bottom right; absent: random",
       .min = -180,
       .max = 180},
  };
  spec.keeps_grey = true;
  spec.random = true;
  spec.strength = "length";
  spec.ladder = {0.09, 0.15, 0.24, 0.34, 0.43};
  spec.ladder_source =
      "ImageNet-C motion_blur at 224 px (eyes 70.5 px apart): lines with the standard deviation of its "
      "kernels";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const double length = params.number("length");
    const std::optional<double> given_angle =
        params.contains("angle_deg") ? std::optional(params.number("angle_deg")) : std::nullopt;
    return [=](const Image& image, const Frame& frame, const RandomStream& stream) {
      const cv::Size size = image.bgr().size();
      const double angle = given_angle ? *given_angle : stream.uniform(0, -90, 90);
      const cv::Mat line = line_spread(spread_px(FaceAxes(frame, size), size, length), angle);
      return from_linear_light(spread_light(linear_light(image), line));
    };
  };
  return spec;
}

}  // namespace robench::perturbations
