// SPDX-License-Identifier: Apache-2.0
// The person before another background, as a video call or a photo studio's software puts it: cut out
// by a soft mask (perturb/subject_mask.h), in front of a generated backdrop. `opacity` is how far the
// backdrop replaces the old background, in linear light; below 1 both show, as in a reflection.
#include "perturb/background/parts/backdrop.h"
#include "perturb/perturbation.h"
#include "perturb/subject_mask.h"

namespace robench::perturbations {
namespace {

Image before_backdrop(const Image& image, const Frame& frame, const std::string& kind, double opacity,
                      const RandomStream& stream) {
  const FaceAxes axes(frame, image.bgr().size());
  PaintLayer layer(axes, image.bgr().size());
  paint_backdrop(layer, kind, stream);
  return with_layer_behind(image, person_share(image, axes), layer.colours(), layer.cover() * opacity);
}

}  // namespace

PerturbationSpec background_replace() {
  PerturbationSpec spec;
  spec.name = "background_replace";
  spec.summary = "the person before a generated backdrop";
  spec.params = {
      {.name = "opacity",
       .unit = "fraction",
       .summary = "share of the old background's light that the backdrop replaces",
       .min = 0,
       .max = 1},
      {.name = "backdrop",
       .kind = ParamKind::choice,
       .summary = "what is behind the person",
       .choices = {"plain", "gradient", "bricks", "foliage", "interior"},
       .default_value = "interior"},
  };
  spec.random = true;
  spec.strength = "opacity";
  spec.ladder = {0.2, 0.4, 0.6, 0.8, 1};
  spec.ladder_source = "equal steps to a background that is wholly replaced";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const std::string kind = params.choice("backdrop");
    const double opacity = params.number("opacity");
    return [=](const Image& image, const Frame& frame, const RandomStream& stream) {
      return before_backdrop(image, frame, kind, opacity, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
