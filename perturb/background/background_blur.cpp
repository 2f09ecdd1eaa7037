// SPDX-License-Identifier: Apache-2.0
// A background out of focus behind a sharp person, as a large aperture or a phone's portrait mode gives
// it. A point of the background becomes a spot of `diameter` (thin lens: the circle of confusion of
// anything far away); here a Gaussian of the same second moment, sigma = diameter / 4, in linear light.
// The person's pixels lend nothing to the blurred background, so no halo of skin surrounds the head.
#include "perturb/background/parts/linear_blur.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"
#include "perturb/subject_mask.h"

namespace robench::perturbations {
namespace {

Image blurred_behind(const Image& image, const FaceAxes& axes, double diameter) {
  const cv::Mat person = person_share(image, axes);
  const cv::Mat background = 1.0 - person;
  const cv::Mat layer = weighted_blurred(linear_light(image), background, diameter / 4 * axes.unit_px());
  return with_layer_behind(image, person, layer, cv::Mat::ones(person.size(), CV_32F));
}

}  // namespace

PerturbationSpec background_blur() {
  PerturbationSpec spec;
  spec.name = "background_blur";
  spec.summary = "a background out of focus behind a sharp person";
  spec.params = {{.name = "diameter",
                  .unit = "inter-eye distance",
                  .summary = "spot that a point of the background becomes",
                  .min = 0,
                  .max = 5}};
  spec.keeps_grey = true;
  spec.not_monotone_reason = "a background without detail, as the test's paper, has little to lose";
  spec.strength = "diameter";
  spec.ladder = {0.1, 0.2, 0.4, 0.8, 1.6};
  spec.ladder_source =
      "own: doubled apertures; an 85 mm lens at f/1.8, focused at 2 m, gives 0.75 (a spot of 2.1 mm on "
      "the "
      "sensor, where the eyes are 2.8 mm apart)";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const double diameter = params.number("diameter");
    return [diameter](const Image& image, const Frame& frame, const RandomStream&) {
      return blurred_behind(image, FaceAxes(frame, image.bgr().size()), diameter);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
