// SPDX-License-Identifier: Apache-2.0
// A knitted scarf wound around neck and lower face: turns of wool that lie over each other, each with
// its stitches, its roundness and its shadow on the turn below. The upper edge sags between the cheeks
// and follows the nose when the head turns. The strength is how far up the face it reaches.
#include <algorithm>
#include <cmath>

#include "perturb/occlusion/parts/material.h"
#include "perturb/occlusion/parts/occluder.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

// One turn of the scarf: between an upper and a lower curve, both sagging in the middle.
struct Turn {
  float top;     // v of the upper edge in the middle
  float bottom;  // and of the lower one
  float lift;    // how much higher it lies at the sides
  float middle;  // u of its lowest point
  float half;    // half width

  [[nodiscard]] float aside(float u) const { return std::clamp((u - middle) / half, -1.0F, 1.0F); }
  [[nodiscard]] float bend(float u) const { return -lift * aside(u) * aside(u); }
  // The turn goes around the head: its ends are rounded off.
  [[nodiscard]] float rounding(float u) const {
    const float beyond = std::max(0.0F, std::abs(aside(u)) - 0.75F) / 0.25F;
    return 0.45F * (bottom - top) * (1 - std::sqrt(std::max(0.0F, 1 - beyond * beyond)));
  }
  [[nodiscard]] Outline outline() const {
    constexpr int kSteps = 60;
    Outline edge;
    const auto u_at = [&](int i) { return middle + half * (2.0F * static_cast<float>(i) / kSteps - 1); };
    for (int i = 0; i <= kSteps; ++i) {
      const float u = u_at(i);
      edge.push_back({u, top + bend(u) + rounding(u) + 0.03F * smooth_noise({u * 1.7F, top})});
    }
    for (int i = kSteps; i >= 0; --i)
      edge.push_back({u_at(i), bottom + bend(u_at(i)) - rounding(u_at(i))});
    return edge;
  }
};

void lay_turn(Occluder& occluder, const Turn& turn, cv::Vec3f wool) {
  const float unit_px = occluder.axes().unit_px();
  occluder.lay(
      outline_coverage(occluder.axes(), turn.outline(), occluder.canvas(), 0.012F), [&](cv::Point2f p) {
        const float x = turn.aside(p.x);
        const float down =
            std::clamp((p.y - turn.top - turn.bend(p.x)) / (turn.bottom - turn.top), 0.0F, 1.0F);
        const float sides = 0.45F + 0.55F * std::sqrt(std::max(0.0F, 1 - 0.9F * x * x));
        const float roll =
            0.55F + 0.55F * std::sqrt(std::max(0.0F, 1 - (2 * down - 0.8F) * (2 * down - 0.8F) / 1.5F));
        const float folds =
            1 + 0.16F * smooth_noise({p.x * 1.1F, (p.y - turn.bend(p.x)) * 4.5F + turn.top});
        // Stitches run along the turn, and shrink towards the sides as on a cylinder.
        const cv::Point2f along(turn.half * std::asin(0.98F * x), p.y - turn.bend(p.x));
        return wool * (sides * roll * folds * knitted({along.y, along.x}, unit_px));
      });
}

std::uint32_t colour_of(const std::string& name) {
  if (name == "grey") return 0x77787C;
  if (name == "cream") return 0xE2D6BE;
  return 0x8C2F39;  // red
}

Perturbed wearing_scarf(const Image& image, const Frame& frame, float height, cv::Vec3f wool) {
  Occluder occluder(image, frame);
  const FaceFit& fit = occluder.fit();
  const float up = fit.upright();
  const float chin = fit.point(8).y;
  const float top = chin * (1 - height);
  const float head = fit.head_u();
  const float middle = 0.3F * fit.point(8).x + 0.7F * head;
  const float half = 1.14F * fit.head_half_width();
  lay_turn(occluder, {chin + 0.1F * up, chin + 0.9F * up, 0.3F * up, head, 1.12F * half}, wool);
  lay_turn(occluder,
           {(top + chin) / 2, chin + 0.45F * up, 0.35F * up, (middle + head) / 2, 1.06F * half}, wool);
  lay_turn(occluder, {top, std::max(chin, top + 0.4F * up), 0.28F * up, middle, half}, wool);
  occluder.cast_shadow(0.5F, 0.06F, {0, -0.02F});
  return occluder.before_face(image);
}

}  // namespace

PerturbationSpec scarf() {
  PerturbationSpec spec;
  spec.name = "scarf";
  spec.summary = "a knitted scarf around neck and lower face";
  spec.params = {
      {.name = "height",
       .unit = "fraction",
       .summary = "how far it reaches from the chin (0) to the eyes (1)",
       .min = 0,
       .max = 1},
      {.name = "colour",
       .kind = ParamKind::choice,
       .summary = "of the wool",
       .choices = {"red", "grey", "cream"},
       .default_value = "red"},
  };
  spec.keeps_grey = true;
  spec.strength = "height";
  spec.ladder = {0.15, 0.35, 0.5, 0.65, 0.8};
  spec.ladder_source =
      "own: chin (0.15), lower lip (0.35), both lips (0.5), nostrils (0.65), tip of the nose and more "
      "(0.8)";
  spec.no_neutral_reason = "a scarf that leaves the face free still covers the neck";
  spec.make = [](const Params& params) -> Perturber {
    return [height = static_cast<float>(params.number("height")),
            wool = reflectance(colour_of(params.choice("colour")))](
               const Image& image, const Frame& frame, const RandomStream&) {
      return wearing_scarf(image, frame, height, wool);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
