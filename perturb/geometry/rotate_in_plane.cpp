// SPDX-License-Identifier: Apache-2.0
// The face turned in the picture about the midpoint of the eyes: a tilted camera in the capture stage,
// an error of the eye line in the crop stage. Positive = clockwise, the image's right eye lower, as in
// Landmarks::roll_deg.
#include <cmath>
#include <numbers>

#include "perturb/warp.h"

namespace robench::perturbations {

PerturbationSpec rotate_in_plane() {
  PerturbationSpec spec;
  spec.name = "rotate_in_plane";
  spec.summary = "picture turned about the midpoint of the eyes, positive clockwise";
  spec.params = {{.name = "degrees",
                  .unit = "deg",
                  .summary = "angle, positive = the image's right eye lower",
                  .min = -180,
                  .max = 180}};
  spec.keeps_grey = true;
  spec.alignment_error = true;
  spec.strength = "degrees";
  spec.ladder = {3, 7, 12, 20, 30};
  spec.ladder_source =
      "own: from the tilt of an eye line with one eye 5 % of the inter-eye distance off (3) to a tilted "
      "phone";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const double angle = params.number("degrees") * std::numbers::pi / 180;
    const Similarity turn{{std::cos(angle), std::sin(angle)}, {0, 0}};
    return [turn](const Image& image, const Frame& frame, const RandomStream&) {
      return moved(image, frame, turn);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
