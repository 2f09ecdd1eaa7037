// SPDX-License-Identifier: Apache-2.0
// A pleated surgical mask of non-woven cloth with ear loops, cut along the landmarks of jaw, chin and
// nose. Its variants are those of NIST's study of masks: shape (wide, round), colour, and how much of
// the nose is covered (Ngan, Grother, Hanaoka, "FRVT Part 6A: Face recognition accuracy with masks",
// NISTIR 8311, 2020). own: that its low, medium and high nose coverage are about 0.2, 0.5 and 0.9 here,
// by eye.
#include <cmath>

#include "perturb/occlusion/parts/mask_spec.h"
#include "perturb/occlusion/parts/material.h"

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

Perturbed wearing_mask(const Image& image, const Frame& frame, const MaskFit& fit,
                       const std::string& colour_name) {
  const cv::Vec3f colour = reflectance(colour_of(colour_name));
  Occluder occluder(image, frame);
  wear_mask(occluder, fit, reflectance(0xE8E8E8),
            [&](const MaskPlace& place) { return relief(place) * colour; });
  return occluder.before_face(image);
}

}  // namespace

PerturbationSpec surgical_mask() {
  return mask_spec({.name = "surgical_mask",
                    .summary = "a pleated surgical mask over mouth and nose",
                    .shape = "wide",
                    .colours = {"light_blue", "white", "black", "red"},
                    .default_colour = "light_blue",
                    .wear = wearing_mask});
}

}  // namespace robench::perturbations
