// SPDX-License-Identifier: Apache-2.0
// A felt hat pulled down over the forehead: the crown over the head, the brim as an ellipse around the
// head that tips with the turn of the face, and the shadow of the brim under it, soft at its lower end
// as under a wide sky. The strength says how far down the way from the hairline to the eyes the brim
// reaches.
#include <algorithm>
#include <cmath>

#include "perturb/occlusion/parts/material.h"
#include "perturb/occlusion/parts/occluder.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

struct Hat {
  cv::Point2f brim;         // centre of the brim's ellipse
  cv::Point2f brim_radius;  // half axes
  cv::Point2f crown;        // centre of the crown's foot
  float crown_radius;
  float crown_height;
};

Hat hat_on(const FaceFit& fit, float depth) {
  constexpr float kTop = -2.25F;  // of the crown; the head itself ends near -2
  const float up = fit.upright();
  const float turn = fit.axes().tan_yaw();
  // A turned head shows its back, which lies behind the landmarks.
  const float half_head = fit.head_half_width() * (1 + 0.25F * std::abs(turn));
  const float head = fit.head_u() - 0.2F * turn;
  const float edge = fit.hairline() * (1 - depth);  // the brim's lowest point
  const cv::Point2f radius(1.62F * half_head, 0.4F * up);
  const float foot = edge - 1.25F * radius.y;
  // The brim stands out before the head, so it moves a little with the face when the head turns.
  const float front = 0.85F * head + 0.2F * turn;
  return {{front, edge - radius.y},
          radius,
          {head, foot},
          1.1F * half_head,
          std::max(0.7F * up, foot - kTop * up)};
}

Outline ellipse(cv::Point2f centre, cv::Point2f radius) {
  constexpr int kCorners = 120;
  Outline outline;
  for (int i = 0; i < kCorners; ++i) {
    const float angle = 2 * static_cast<float>(CV_PI) * static_cast<float>(i) / kCorners;
    outline.push_back(centre + cv::Point2f(radius.x * std::cos(angle), radius.y * std::sin(angle)));
  }
  return outline;
}

Outline crown_outline(const Hat& hat) {
  const float r = hat.crown_radius;
  const float h = hat.crown_height;
  const cv::Point2f c = hat.crown;
  return smooth_curve({c + cv::Point2f(-r, 0.1F), c + cv::Point2f(-0.97F * r, -0.45F * h),
                       c + cv::Point2f(-0.8F * r, -0.88F * h), c + cv::Point2f(-0.35F * r, -1.02F * h),
                       c + cv::Point2f(0, -0.95F * h), c + cv::Point2f(0.35F * r, -1.02F * h),
                       c + cv::Point2f(0.8F * r, -0.88F * h), c + cv::Point2f(0.97F * r, -0.45F * h),
                       c + cv::Point2f(r, 0.1F), c + cv::Point2f(0.5F * r, 0.2F),
                       c + cv::Point2f(0, 0.23F), c + cv::Point2f(-0.5F * r, 0.2F)},
                      true);
}

// The shadow falls from the brim's edge down the face, deepest right under it.
void shade_face(Occluder& occluder, const Hat& hat, float ev) {
  const float reach = 0.75F * occluder.fit().upright();
  const float head = 1.1F * occluder.fit().head_half_width();  // nothing behind the head is shaded
  const auto covered = [&](cv::Point2f p) {
    const float x = (p.x - hat.brim.x) / hat.brim_radius.x;
    const float edge = hat.brim.y + hat.brim_radius.y * std::sqrt(std::max(0.0F, 1 - x * x));
    if (std::abs(x) > 1) return 0.0F;
    return smooth_step(1 - (p.y - edge) / reach) * smooth_step(1 + (p.y - edge) / 0.06F) *
           smooth_step((head - std::abs(p.x - hat.crown.x)) / 0.2F);
  };
  Coverage shadow = distance_coverage(
      occluder.axes(), {hat.brim - hat.brim_radius, hat.brim + hat.brim_radius + cv::Point2f(0, reach)},
      occluder.canvas(), 1, [&](cv::Point2f p) { return 0.5F - covered(p); });
  occluder.shade(shadow, 1 - std::exp2(-ev));
}

void lay_hat(Occluder& occluder, const Hat& hat, cv::Vec3f felt) {
  const auto fluff = [](cv::Point2f p) {
    return 1 + 0.06F * smooth_noise(p * 22) + 0.06F * smooth_noise(p * 5);
  };
  const cv::Point2f back = hat.brim - cv::Point2f(0, 0.02F);
  occluder.lay(
      outline_coverage(occluder.axes(), ellipse(back, hat.brim_radius), occluder.canvas(), 0.008F),
      [&](cv::Point2f p) {
        // Bright where the brim's top faces the sky, darker at its rolled edge and by the crown.
        const cv::Point2f q((p.x - back.x) / hat.brim_radius.x, (p.y - back.y) / hat.brim_radius.y);
        const float r = std::sqrt(q.dot(q));
        const float edge = smooth_step((1 - r) / 0.12F);
        const float foot = std::exp(-std::abs(r - 0.62F) * 5);
        return felt * (fluff(p) * (0.5F + 0.6F * edge) * (1 - 0.35F * foot) * (1 + 0.12F * q.x));
      });
  const float band = hat.crown.y - 0.22F * hat.crown_height;
  occluder.lay(outline_coverage(occluder.axes(), crown_outline(hat), occluder.canvas(), 0.01F),
               [&](cv::Point2f p) {
                 const float x = (p.x - hat.crown.x) / hat.crown_radius;
                 const float round = 0.4F + 0.65F * std::sqrt(std::max(0.0F, 1 - x * x));
                 const float bow = 0.1F * (1 - x * x);  // the band bends with the crown
                 const float ribbon = smooth_step((p.y - band - bow) / 0.025F);
                 const float dent =
                     std::exp(-x * x / 0.05F) * smooth_step((hat.crown.y - p.y) / hat.crown_height);
                 const float cloth = fluff(p) * (1 - 0.3F * dent);
                 return felt * (round * (cloth + ribbon * (0.28F - cloth)));
               });
}

std::uint32_t colour_of(const std::string& name) {
  if (name == "black") return 0x2A2A2C;
  if (name == "straw") return 0xD9BE84;
  return 0x6E5138;  // brown
}

}  // namespace

PerturbationSpec hat_brim() {
  PerturbationSpec spec;
  spec.name = "hat_brim";
  spec.summary = "a hat pulled over the forehead, with the shadow of its brim";
  spec.params = {
      {.name = "depth",
       .unit = "fraction",
       .summary = "how far the brim reaches from the hairline (0) to the eyes (1)",
       .min = 0,
       .max = 1.5},
      {.name = "shadow_ev",
       .unit = "EV",
       .summary = "light lost under the brim",
       .min = 0,
       .max = 5,
       .default_value = 1.0},
      {.name = "colour",
       .kind = ParamKind::choice,
       .summary = "of the felt",
       .choices = {"brown", "black", "straw"},
       .default_value = "brown"},
  };
  spec.keeps_grey = true;
  spec.strength = "depth";
  spec.ladder = {0.1, 0.3, 0.5, 0.7, 0.95};
  spec.ladder_source = "own: equal steps from the hairline over the brows (near 0.65) to the upper lids";
  spec.no_neutral_reason = "a hat that ends at the hairline still covers the hair";
  spec.make = [](const Params& params) -> Perturber {
    return [depth = static_cast<float>(params.number("depth")),
            ev = static_cast<float>(params.number("shadow_ev")),
            felt = reflectance(colour_of(params.choice("colour")))](
               const Image& image, const Frame& frame, const RandomStream&) {
      Occluder occluder(image, frame);
      const Hat hat = hat_on(occluder.fit(), depth);
      shade_face(occluder, hat, ev);
      lay_hat(occluder, hat, felt);
      return occluder.before_face(image);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
