// SPDX-License-Identifier: Apache-2.0
// The face moved in the picture: all landmarks off by the same vector. Directions are the face's own, so
// `down` is towards the chin.
#include "perturb/warp.h"

namespace robench::perturbations {
namespace {

cv::Point2d direction_of(const std::string& name) {
  if (name == "left") return {-1, 0};
  if (name == "right") return {1, 0};
  return name == "up" ? cv::Point2d(0, -1) : cv::Point2d(0, 1);
}

}  // namespace

PerturbationSpec shift() {
  PerturbationSpec spec;
  spec.name = "shift";
  spec.summary = "picture moved along the face's axes";
  spec.params = {
      {.name = "distance",
       .unit = "inter-eye distance",
       .summary = "how far the face moves",
       .min = -5,
       .max = 5},
      {.name = "direction",
       .kind = ParamKind::choice,
       .summary = "where the face moves to",
       .choices = {"left", "right", "up", "down"},
       .default_value = "right"},
  };
  spec.keeps_grey = true;
  spec.alignment_error = true;
  spec.strength = "distance";
  spec.ladder = {0.05, 0.1, 0.2, 0.3, 0.45};
  spec.ladder_source =
      "own: from the error of a good landmark detector (0.05) to a box that is off by a quarter of the "
      "face's width";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const Similarity move{{1, 0}, direction_of(params.choice("direction")) * params.number("distance")};
    return [move](const Image& image, const Frame& frame, const RandomStream&) {
      return moved(image, frame, move);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
