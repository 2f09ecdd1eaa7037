// SPDX-License-Identifier: Apache-2.0
// A pleated surgical mask of non-woven cloth with ear loops, cut along the landmarks of jaw, chin and
// nose. Its variants are those of NIST's study of masks: shape (wide, round), colour, and how much of
// the nose is covered (Ngan, Grother, Hanaoka, "Face recognition accuracy with masks", NISTIR 8311,
// 2020); low, medium and high nose coverage are about 0.2, 0.5 and 0.9 here.
#include <cmath>

#include "perturb/occlusion/parts/material.h"
#include "perturb/occlusion/parts/worn_mask.h"

namespace robench::perturbations {
namespace {

float bell(float x, float width) { return std::exp(-x * x / (2 * width * width)); }

// Three pleats that open downwards, a hem above with the wire for the nose, and creases from the loops.
float relief(const MaskPlace& place) {
  float shade = 1;
  const float bend = 0.05F * place.across * place.across;  // pleats rise towards the loops
  for (const float pleat : {0.33F, 0.52F, 0.7F}) {
    const float d = place.down + bend - pleat;
    shade += 0.05F * bell(d + 0.028F, 0.016F) - 0.17F * bell(d - 0.004F, 0.009F) -
             0.06F * bell(d - 0.03F, 0.02F);
  }
  shade -= 0.1F * bell(place.down - 0.085F, 0.008F);
  shade += 0.05F * bell(place.down - 0.045F, 0.018F);
  const float side = std::abs(place.across);
  shade += 0.1F * bell(side - 1, 0.22F) * smooth_noise({place.down * 9, place.across * 2});
  return shade + 0.035F * smooth_noise(place.face * 4.0F);
}

std::uint32_t colour_of(const std::string& name) {
  if (name == "light_blue") return 0xA9CFE6;
  if (name == "white") return 0xF0F2F2;
  if (name == "black") return 0x26272B;
  return 0xC8414B;  // red
}

Perturbed wearing_mask(const Image& image, const Frame& frame, const MaskFit& fit, cv::Vec3f colour) {
  Occluder occluder(image, frame);
  wear_mask(occluder, fit, reflectance(0xE8E8E8),
            [&](const MaskPlace& place) { return relief(place) * colour; });
  return occluder.before_face(image);
}

}  // namespace

PerturbationSpec surgical_mask() {
  PerturbationSpec spec;
  spec.name = "surgical_mask";
  spec.summary = "a pleated surgical mask over mouth and nose";
  spec.params = {
      {.name = "nose_coverage",
       .unit = "fraction",
       .summary = "where the upper edge crosses the nose: 0 under the nostrils, 1 at the bridge",
       .min = 0,
       .max = 1},
      {.name = "shape",
       .kind = ParamKind::choice,
       .summary = "how far the mask reaches to the sides",
       .choices = {"wide", "round"},
       .default_value = "wide"},
      {.name = "colour",
       .kind = ParamKind::choice,
       .summary = "of the cloth",
       .choices = {"light_blue", "white", "black", "red"},
       .default_value = "light_blue"},
  };
  spec.keeps_grey = true;
  spec.strength = "nose_coverage";
  spec.ladder = {0.0, 0.25, 0.5, 0.75, 1.0};
  spec.ladder_source =
      "own: equal steps from the nostrils to the bridge; NISTIR 8311's low, medium, high lie near 0.2, "
      "0.5, "
      "0.9";
  spec.no_neutral_reason = "a mask that leaves the nose free still covers mouth and chin";
  spec.make = [](const Params& params) -> Perturber {
    const MaskFit fit{static_cast<float>(params.number("nose_coverage")),
                      params.choice("shape") == "wide"};
    const cv::Vec3f colour = reflectance(colour_of(params.choice("colour")));
    return [=](const Image& image, const Frame& frame, const RandomStream&) {
      return wearing_mask(image, frame, fit, colour);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
