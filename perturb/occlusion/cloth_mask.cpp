// SPDX-License-Identifier: Apache-2.0
// A sewn cotton mask: two halves with a seam down the middle, a stitched hem and a visible weave, cut
// along the landmarks of jaw, chin and nose as surgical_mask. Variants after NISTIR 8311 (Ngan, Grother,
// Hanaoka, 2020): shape, colour, nose coverage.
#include <cmath>

#include "perturb/occlusion/parts/mask_spec.h"
#include "perturb/occlusion/parts/material.h"

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

Perturbed wearing_mask(const Image& image, const Frame& frame, const MaskFit& fit,
                       const std::string& colour_name) {
  const cv::Vec3f colour = reflectance(colour_of(colour_name));
  Occluder occluder(image, frame);
  const float unit_px = occluder.axes().unit_px();
  wear_mask(occluder, fit, colour,
            [&](const MaskPlace& place) { return relief(place, unit_px) * colour; });
  return occluder.before_face(image);
}

}  // namespace

PerturbationSpec cloth_mask() {
  return mask_spec({.name = "cloth_mask",
                    .summary = "a sewn cloth mask over mouth and nose",
                    .shape = "round",
                    .colours = {"black", "navy", "grey", "red"},
                    .default_colour = "navy",
                    .wear = wearing_mask});
}

}  // namespace robench::perturbations
