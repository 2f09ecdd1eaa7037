// SPDX-License-Identifier: Apache-2.0
// A sewn cotton mask: two halves with a seam down the middle, a stitched hem and a visible weave, cut
// along the landmarks of jaw, chin and nose as surgical_mask. Variants after NISTIR 8311 (Ngan, Grother,
// Hanaoka, 2020): shape, colour, nose coverage.
#include <cmath>

#include "perturb/occlusion/parts/material.h"
#include "perturb/occlusion/parts/worn_mask.h"

namespace robench::perturbations {
namespace {

float bell(float x, float width) { return std::exp(-x * x / (2 * width * width)); }

float relief(const MaskPlace& place, float unit_px) {
  float shade = woven(place.face, unit_px);
  shade += 0.06F * bell(place.across - 0.025F, 0.02F) - 0.16F * bell(place.across, 0.012F);  // the seam
  for (const float hem : {0.07F, 0.93F}) shade -= 0.13F * bell(place.down - hem, 0.009F);
  const float side = std::abs(place.across);
  shade -= 0.12F * bell(side - 0.9F, 0.012F);
  // Folds that fan out from the loops, and the unevenness of soft cloth.
  shade += 0.1F * bell(side - 1, 0.3F) * smooth_noise({place.down * 7, place.across});
  return shade + 0.07F * smooth_noise(place.face * 2.7F);
}

std::uint32_t colour_of(const std::string& name) {
  if (name == "black") return 0x232326;
  if (name == "navy") return 0x2C3A5E;
  if (name == "grey") return 0x55565A;
  return 0xA8323C;  // red
}

Perturbed wearing_mask(const Image& image, const Frame& frame, const MaskFit& fit, cv::Vec3f colour) {
  Occluder occluder(image, frame);
  const float unit_px = occluder.axes().unit_px();
  wear_mask(occluder, fit, colour,
            [&](const MaskPlace& place) { return relief(place, unit_px) * colour; });
  return occluder.before_face(image);
}

}  // namespace

PerturbationSpec cloth_mask() {
  PerturbationSpec spec;
  spec.name = "cloth_mask";
  spec.summary = "a sewn cloth mask over mouth and nose";
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
       .default_value = "round"},
      {.name = "colour",
       .kind = ParamKind::choice,
       .summary = "of the cloth",
       .choices = {"black", "navy", "grey", "red"},
       .default_value = "navy"},
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
