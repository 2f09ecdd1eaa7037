// SPDX-License-Identifier: Apache-2.0
// The shadow of something between the sun and the face: twigs with leaves, or the slats of a blind. In
// linear light a shaded pixel keeps 2^-depth_ev of its light. Edges are soft (the sun is half a degree
// wide, so a leaf at one metre has a penumbra of 9 mm, 0.15 inter-eye distances), lengths are in
// inter-eye distances, and place and turn come from the random stream.
// Slats bend over the head as under a sun 25 degrees above the camera.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "perturb/face_shape.h"
#include "perturb/perturbation.h"
#include "perturb/relight.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

// Shade at a signed distance from an edge, negative inside: 1 to 0 across one penumbra.
inline float shade_at(float edge, float per_penumbra) { return smooth_step(0.5F - edge * per_penumbra); }

// A pointed leaf: where two discs of equal radius overlap. Lengths in pixels.
struct Leaf {
  cv::Point2f centre;
  cv::Point2f axis;    // unit vector along the leaf
  float disc_radius;   // of the two discs
  float disc_offset;   // of their centres, across the leaf
  float per_penumbra;  // 1 / width of the soft edge
  float reach;         // no shade beyond this distance from the centre
};

Leaf leaf_of(cv::Point2f centre, double angle, float length, float width, float penumbra) {
  const float half_length = length / 2;
  const float half_width = width / 2;
  const float radius = (half_length * half_length + half_width * half_width) / (2 * half_width);
  return {centre,          {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))},
          radius,          radius - half_width,
          1.0F / penumbra, half_length + penumbra};
}

// Twigs over a square of 7 inter-eye distances around the face, so that crop and photograph agree.
std::vector<Leaf> foliage(const FaceAxes& axes, const RandomStream& stream) {
  constexpr int kTwigs = 26;
  constexpr int kLeavesPerTwig = 7;
  constexpr double kDegree = std::numbers::pi / 180.0;
  const cv::Point2f across = axes.to_pixel({1, 0}) - axes.to_pixel({0, 0});
  const double roll = std::atan2(across.y, across.x);
  std::uint64_t drawn = 0;
  const auto draw = [&](double low, double high) { return stream.uniform(drawn++, low, high); };

  std::vector<Leaf> leaves;
  for (int twig = 0; twig < kTwigs; ++twig) {
    const cv::Point2d root(draw(-3.5, 3.5), draw(-3.0, 4.0));
    const double twig_angle = draw(0, 360) * kDegree;
    const double height = draw(0.06, 0.16);  // penumbra: twigs hang at different distances
    for (int i = 0; i < kLeavesPerTwig; ++i) {
      const double side = i % 2 == 0 ? 1 : -1;
      const double angle = twig_angle + side * draw(30, 70) * kDegree;
      const double length = draw(0.45, 0.8);
      const double width = length * draw(0.35, 0.55);
      const cv::Point2d base = root + 0.2 * i * cv::Point2d(std::cos(twig_angle), std::sin(twig_angle));
      const cv::Point2d centre = base + length / 2 * cv::Point2d(std::cos(angle), std::sin(angle));
      const double unit = axes.unit_px();
      leaves.push_back(leaf_of(axes.to_pixel(centre), angle + roll, static_cast<float>(length * unit),
                               static_cast<float>(width * unit), static_cast<float>(height * unit)));
    }
  }
  return leaves;
}

// Multiplies the light that passes the leaf into `passed`.
void shade_row(const Leaf& leaf, int y, std::vector<float>& passed) {
  const float dy = static_cast<float>(y) - leaf.centre.y;
  if (std::abs(dy) > leaf.reach) return;
  const auto last = static_cast<float>(passed.size()) - 1.0F;
  if (leaf.centre.x + leaf.reach < 0 || leaf.centre.x - leaf.reach > last) return;
  const int from = static_cast<int>(std::max(0.0F, leaf.centre.x - leaf.reach));
  const int to = static_cast<int>(std::min(last, leaf.centre.x + leaf.reach));
  for (int x = from; x <= to; ++x) {
    const float dx = static_cast<float>(x) - leaf.centre.x;
    const float along = dx * leaf.axis.x + dy * leaf.axis.y;
    const float across = std::abs(dy * leaf.axis.x - dx * leaf.axis.y) + leaf.disc_offset;
    const float edge = std::sqrt(along * along + across * across) - leaf.disc_radius;
    passed[static_cast<std::size_t>(x)] *= 1.0F - shade_at(edge, leaf.per_penumbra);
  }
}

// The slats of a blind: parallel stripes, half of the light.
struct Blind {
  float per_period;  // stripes per inter-eye distance
  float phase;
  cv::Point2f normal;  // across the stripes, face units
};

Blind blind_of(const RandomStream& stream) {
  const double tilt = stream.uniform(0, -12, 12) * std::numbers::pi / 180.0;
  return {static_cast<float>(1 / stream.uniform(1, 0.45, 0.6)),
          static_cast<float>(stream.uniform(2)),
          {static_cast<float>(std::sin(tilt)), static_cast<float>(std::cos(tilt))}};
}

void shade_row(const Blind& blind, const FaceAxes& axes, const FaceShape& shape, int y,
               std::vector<float>& passed) {
  constexpr float kPenumbra = 0.09F;
  constexpr float kSunSlope = 0.47F;  // tan(25 degrees): how far a shadow slides down per depth
  shape.height_of_row(y, passed);
  const FaceLine line = axes.row(y);
  const float per_penumbra = 1.0F / (kPenumbra * blind.per_period);
  for (std::size_t x = 0; x < passed.size(); ++x) {
    const float u = line.u(x);
    const float v = line.v(x) - kSunSlope * (shape.front() - passed[x]);
    const float turns = (u * blind.normal.x + v * blind.normal.y) * blind.per_period + blind.phase;
    const float within = turns - std::floor(turns);
    passed[x] = 1.0F - shade_at(std::abs(within - 0.5F) - 0.25F, per_penumbra);
  }
}

// From the light that passes to the gain of a pixel: exactly 1 where the shadow has no depth.
void gain_of_shade(float lost, std::vector<float>& passed) {
  for (float& light : passed) light = 1.0F - lost * (1.0F - light);
}

}  // namespace

PerturbationSpec cast_shadow() {
  PerturbationSpec spec;
  spec.name = "cast_shadow";
  spec.summary = "the shadow of leaves or of a blind across the face";
  spec.version = 2;
  spec.params = {
      {.name = "depth_ev",
       .unit = "EV",
       .summary = "stops of light lost in the shadow",
       .min = 0,
       .max = 10},
      {.name = "pattern",
       .kind = ParamKind::choice,
       .summary = "what throws the shadow",
       .choices = {"leaf", "blind"},
       .default_value = "leaf"},
  };
  spec.keeps_grey = true;
  spec.strength = "depth_ev";
  spec.ladder = {0.6, 1.2, 1.8, 2.4, 3};
  spec.ladder_source =
      "equal steps to 3 EV, open shade against sun by the sunny-16 rule (f/16 to f/5.6)";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    const auto lost = static_cast<float>(1 - std::exp2(-params.number("depth_ev")));
    const bool leaf_pattern = params.choice("pattern") == "leaf";
    return [=](const Image& image, const Frame& frame, const RandomStream& stream) {
      const FaceAxes axes(frame, image.bgr().size());
      if (leaf_pattern) {
        const std::vector<Leaf> leaves = foliage(axes, stream);
        return relit(image, [&](int y, LightRow& light) {
          for (const Leaf& leaf : leaves) shade_row(leaf, y, light.gain);
          gain_of_shade(lost, light.gain);
        });
      }
      const FaceShape shape(axes);
      const Blind blind = blind_of(stream);
      return relit(image, [&](int y, LightRow& light) {
        shade_row(blind, axes, shape, y, light.gain);
        gain_of_shade(lost, light.gain);
      });
    };
  };
  return spec;
}

}  // namespace robench::perturbations
