// SPDX-License-Identifier: Apache-2.0
// Hair over the face: locks that fall from the hairline, each a bundle of tapered, slightly curved
// strands with the band of light that hair shows where it bends. All strands are drawn once for a
// sample; the density says how many of them are there, and the last one grows in.
#include <algorithm>
#include <cmath>

#include "perturb/occlusion/parts/material.h"
#include "perturb/occlusion/parts/occluder.h"

namespace robench::perturbations {
namespace {

constexpr int kStrands = 420;
constexpr int kLocks = 9;

struct Strand {
  cv::Point2f root, middle, tip;
  float width;
  float tone;       // brightness of this strand
  float highlight;  // where its band of light lies, 0 = root
};

// Locks stand side by side and fall towards the outside; those at the sides are longer.
Strand strand_of(const FaceFit& fit, int number, const RandomStream& stream) {
  const int lock = number * 4 % kLocks;  // neighbours in number are not neighbours on the head
  const RandomStream bundle = stream.fork("lock " + std::to_string(lock));
  const RandomStream one = stream.fork("strand " + std::to_string(number));
  const auto in_lock = [&](std::uint64_t k, double low, double high) {
    return static_cast<float>(bundle.uniform(k, low, high));
  };
  const auto own = [&](std::uint64_t k, double low, double high) {
    return static_cast<float>(one.uniform(k, low, high));
  };
  const float across = (static_cast<float>(lock) + 0.5F) / kLocks * 2 - 1 + in_lock(0, -0.1, 0.1);
  const float half = 0.95F * fit.head_half_width();
  const float up = fit.upright();
  const float middle = 0.6F * fit.head_u();
  const cv::Point2f root(middle + half * 0.8F * across + own(0, -0.12, 0.12),
                         fit.hairline() + (0.3F * across * across - 0.12F + own(1, -0.3, 0.05)) * up);
  const float length = (1.0F + 0.8F * across * across + in_lock(1, 0, 0.5) + own(2, -0.2, 0.1)) * up;
  const float sweep = in_lock(2, -0.15, 0.15) + 0.12F * across;
  const cv::Point2f tip = root + cv::Point2f(sweep * 1.5F + own(3, -0.1, 0.1), length);
  const float bow = in_lock(3, -0.14, 0.14) + own(4, -0.06, 0.06);
  return {root,
          (root + tip) * 0.5F + cv::Point2f(bow, 0),
          tip,
          own(5, 0.013, 0.03),
          own(6, 0.6, 1.25),
          in_lock(4, 0.3, 0.5) + own(7, -0.06, 0.06)};
}

// A band around the quadratic curve, pointed at both ends.
Outline outline_of(const Strand& strand, float width) {
  constexpr int kSteps = 14;
  Outline left;
  Outline right;
  for (int i = 0; i <= kSteps; ++i) {
    const float t = static_cast<float>(i) / kSteps;
    const cv::Point2f control = 2 * strand.middle - (strand.root + strand.tip) * 0.5F;
    const cv::Point2f at =
        (1 - t) * (1 - t) * strand.root + 2 * t * (1 - t) * control + t * t * strand.tip;
    const cv::Point2f along = 2 * (1 - t) * (control - strand.root) + 2 * t * (strand.tip - control);
    const float thin = 0.5F * width * std::min(1.0F, t / 0.2F) * (1 - t * t) /
                       std::max(1e-6F, std::sqrt(along.dot(along)));
    const cv::Point2f aside(-along.y * thin, along.x * thin);
    left.push_back(at - aside);
    right.push_back(at + aside);
  }
  left.insert(left.end(), right.rbegin(), right.rend());
  return left;
}

void lay_strand(Occluder& occluder, const Strand& strand, float grown, cv::Vec3f colour, float gloss) {
  const float length = std::max(0.1F, strand.tip.y - strand.root.y);
  occluder.lay(
      outline_coverage(occluder.axes(), outline_of(strand, grown * strand.width), occluder.canvas(), 0),
      [&](cv::Point2f p) {
        const float t = (p.y - strand.root.y) / length;
        const float d = (t - strand.highlight) / 0.13F;
        const float band = std::exp(-d * d);
        return colour * (strand.tone * (0.8F + 0.5F * band)) + cv::Vec3f::all(gloss * band);
      });
}

std::uint32_t colour_of(const std::string& name) {
  if (name == "dark") return 0x2A211C;
  if (name == "brown") return 0x5A3D28;
  if (name == "blond") return 0x86642F;
  return 0x676665;  // grey
}

}  // namespace

PerturbationSpec hair_strands() {
  PerturbationSpec spec;
  spec.name = "hair_strands";
  spec.summary = "strands of hair that fall over forehead, eyes and cheeks";
  spec.params = {
      {.name = "density",
       .unit = "fraction",
       .summary = "share of the strands of a full fringe",
       .min = 0,
       .max = 1},
      {.name = "colour",
       .kind = ParamKind::choice,
       .summary = "of the hair",
       .choices = {"dark", "brown", "blond", "grey"},
       .default_value = "brown"},
  };
  spec.keeps_grey = true;
  spec.strength = "density";
  spec.ladder = {0.08, 0.2, 0.4, 0.65, 1.0};
  spec.ladder_source = "own: from single strands to a fringe that hides the eyes";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    const std::string& name = params.choice("colour");
    return
        [density = static_cast<float>(params.number("density")), colour = reflectance(colour_of(name)),
         gloss = name == "dark" || name == "brown" ? 0.05F : 0.1F](
            const Image& image, const Frame& frame, const RandomStream& stream) {
          Occluder occluder(image, frame);
          for (int i = 0; i < kStrands; ++i) {
            const float grown = std::clamp(density * kStrands - static_cast<float>(i), 0.0F, 1.0F);
            if (grown <= 0) break;
            lay_strand(occluder, strand_of(occluder.fit(), i, stream), grown, colour, gloss);
          }
          occluder.cast_shadow(0.35F, 0.03F, {0.02F, 0.04F});
          return occluder.before_face(image);
        };
  };
  return spec;
}

}  // namespace robench::perturbations
