// SPDX-License-Identifier: Apache-2.0
// A sheet of card held before one side of the face: a straight edge along or across the face's axes,
// with the shadow that the card throws. The strength is the share of the face hull that is covered.
// own: half faces are the plain reference of occlusion studies; a card looks like what it is.
#include <algorithm>

#include "perturb/occlusion/parts/material.h"
#include "perturb/occlusion/parts/occluder.h"

namespace robench::perturbations {
namespace {

constexpr float kMargin = 0.2F;  // by which the card is larger than the face

cv::Rect2f box_of_face(const FaceFit& fit) {
  std::vector<cv::Point2f> points;
  for (std::size_t i = 0; i < Landmarks::kCount; ++i) points.push_back(fit.point(i));
  for (std::size_t i = 17; i <= 26; ++i) points.push_back(fit.forehead(i));
  cv::Point2f low = points.front();
  cv::Point2f high = low;
  for (const cv::Point2f& p : points) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  const cv::Point2f margin(kMargin, kMargin);
  return {low - margin, high + margin};
}

// The part of the box within `size` of its side.
cv::Rect2f card_of(cv::Rect2f box, const std::string& side, float size) {
  if (side == "right") box.x += box.width - size;
  if (side == "lower") box.y += box.height - size;
  (side == "left" || side == "right" ? box.width : box.height) = size;
  return box;
}

Perturbed half_covered(const Image& image, const Frame& frame, double covered, const std::string& side,
                       cv::Vec3f colour) {
  Occluder occluder(image, frame);
  const cv::Rect2f box = box_of_face(occluder.fit());
  const double largest = std::max(box.width, box.height);
  const float size = occluder.size_to_cover(
      covered, largest, [&](cv::Point2f p, float s) { return card_of(box, side, s).contains(p); });
  const cv::Rect2f card = card_of(box, side, size);
  const Outline corners = {card.tl(), {card.br().x, card.y}, card.br(), {card.x, card.br().y}};
  occluder.lay(outline_coverage(occluder.axes(), corners, occluder.canvas(), 0.006F),
               [&](cv::Point2f p) { return colour * (1 + 0.03F * smooth_noise(p * 40)); });
  occluder.cast_shadow(0.5F, 0.05F, {0, 0.04F});
  return occluder.before_face(image);
}

}  // namespace

PerturbationSpec half_face() {
  PerturbationSpec spec;
  spec.name = "half_face";
  spec.summary = "a card before one side of the face";
  spec.params = {
      {.name = "covered",
       .unit = "fraction",
       .summary = "share of the face hull",
       .min = 0,
       .max = 0.95},
      {.name = "side",
       .kind = ParamKind::choice,
       .summary = "side of the image that is covered",
       .choices = {"left", "right", "upper", "lower"},
       .default_value = "left"},
      {.name = "colour",
       .kind = ParamKind::choice,
       .summary = "of the card",
       .choices = {"black", "grey", "white"},
       .default_value = "black"},
  };
  spec.keeps_grey = true;
  spec.strength = "covered";
  spec.ladder = {0.1, 0.2, 0.3, 0.4, 0.5};
  spec.ladder_source = "own: equal steps to half of the face";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const std::string& name = params.choice("colour");
    const cv::Vec3f colour = reflectance(name == "black"  ? 0x1A1A1A
                                         : name == "grey" ? 0x808080
                                                          : 0xF0F0F0);
    return [colour, covered = params.number("covered"), side = params.choice("side")](
               const Image& image, const Frame& frame, const RandomStream&) {
      return half_covered(image, frame, covered, side, colour);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
