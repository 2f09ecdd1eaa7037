// SPDX-License-Identifier: Apache-2.0
// Security printing over the portrait: guilloche rosettes and interlaced waves of fine lines, in iris
// (rainbow) print, whose ink changes colour across the card. The ink filters linear light.
//
// A rosette is a family of K curves r = R + A sin(n phi + 2 pi k / K). Solved for k, the curves through
// a point are the whole numbers of two phases, K / 2 pi (asin((r - R) / A) - n phi) and its mirror
// image, so any number of curves costs the same. Lines are 0.1 mm wide on an ID-1 card (0.012 inter-eye
// distances; own: security lines are finer, but a portrait is overprinted with the coarser ones).
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "perturb/document/parts/line_share.h"
#include "perturb/face_axes.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {
namespace {

constexpr float kTurn = 2 * std::numbers::pi_v<float>;

struct Rosette {
  float radius, swing;  // R and A
  float lobes;          // n
  float curves;         // K
  float phase;          // turns
};

struct Pattern {
  cv::Point2f centre;
  std::array<Rosette, 4> rosettes;
  std::array<float, 3> phases;  // of the two families of waves and of the colours, turns
  float line_width;
};

Pattern pattern_of(const RandomStream& stream, double line_width) {
  const auto turn = [&](std::uint64_t i) { return static_cast<float>(stream.uniform(i)); };
  const auto side = static_cast<float>(stream.uniform(7) < 0.5 ? -1 : 1);
  return {{side * static_cast<float>(stream.uniform(8, 0.5, 0.9)),
           static_cast<float>(stream.uniform(9, 0.7, 1.2))},
          {{{0.26F, 0.16F, 5, 5, turn(0)},
            {0.64F, 0.25F, 9, 6, turn(1)},
            {1.05F, 0.22F, 14, 6, turn(2)},
            {1.36F, 0.12F, 22, 5, turn(3)}}},
          {turn(4), turn(5), turn(6)},
          static_cast<float>(line_width)};
}

float rosette_share(const Rosette& rosette, float width, float r, float phi, float pixel) {
  const float height = (r - rosette.radius) / rosette.swing;
  if (std::abs(height) > 1.0F) return 0.0F;
  const float rise = std::asin(height);
  const float around = rosette.lobes * phi + rosette.phase * kTurn;
  const float slope_r = 1.0F / (rosette.swing * std::sqrt(std::max(1.0F - height * height, 0.003F)));
  const float slope_phi = rosette.lobes / r;
  const float scale = rosette.curves / kTurn;
  const float per_unit = scale * std::sqrt(slope_r * slope_r + slope_phi * slope_phi);
  const float rising = line_family_share(scale * (rise - around), per_unit, width, pixel);
  // The other branch of the sine: pi - rise.
  const float falling =
      line_family_share(scale * (0.5F * kTurn - rise - around), per_unit, width, pixel);
  return std::max(rising, falling);
}

// Two families of waves that cross; `along` and `across` their run.
float wave_share(const Pattern& pattern, float u, float v, float pixel) {
  constexpr float kPerUnit = 11;  // lines
  constexpr float kWaves = 0.8F;  // waves per unit
  constexpr float kSwing = 0.16F;
  float share = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    const float place = kTurn * (kWaves * u + pattern.phases[i] + 0.12F * std::sin(2.1F * v));
    const float slope = kSwing * kWaves * kTurn * std::cos(place);
    const float phase = kPerUnit * (v + kSwing * std::sin(place));
    const float per_unit = kPerUnit * std::sqrt(1.0F + slope * slope);
    share = std::max(share, line_family_share(phase, per_unit, 0.8F * pattern.line_width, pixel));
  }
  return share;
}

// Reflectance of the ink, blue, green, red: from green-blue over violet to rose.
cv::Vec3f ink_at(float u, float v, float phase) {
  constexpr float kColoursPerUnit = 0.14F;
  const float t = 0.5F + 0.5F * std::sin(kTurn * (kColoursPerUnit * (u + 0.3F * v) + phase));
  return cv::Vec3f(0.42F, 0.30F, 0.02F) * (1.0F - t) + cv::Vec3f(0.30F, 0.04F, 0.50F) * t;
}

Image overprinted(const Image& image, const FaceAxes& axes, const Pattern& pattern, float density) {
  cv::Mat light = linear_light(image);
  const float pixel = 1.0F / axes.unit_px();
  for (int y = 0; y < light.rows; ++y) {
    const FaceLine line = axes.row(y);
    auto* row = light.ptr<cv::Vec3f>(y);
    for (int x = 0; x < light.cols; ++x) {
      const float u = line.u(static_cast<std::size_t>(x));
      const float v = line.v(static_cast<std::size_t>(x));
      const cv::Point2f d = cv::Point2f(u, v) - pattern.centre;
      const float r = std::sqrt(d.dot(d)) + 1e-4F;
      float share = 0;
      for (const Rosette& rosette : pattern.rosettes) {
        if (std::abs(r - rosette.radius) < rosette.swing)
          share = std::max(share,
                           rosette_share(rosette, pattern.line_width, r, std::atan2(d.y, d.x), pixel));
      }
      if (share == 0.0F) share = wave_share(pattern, u, v, pixel);
      const cv::Vec3f absorbed = cv::Vec3f(1, 1, 1) - ink_at(u, v, pattern.phases[2]);
      row[x] = row[x].mul(cv::Vec3f(1, 1, 1) - density * share * absorbed);
    }
  }
  return from_linear_light(light);
}

}  // namespace

PerturbationSpec guilloche() {
  PerturbationSpec spec;
  spec.name = "guilloche";
  spec.summary = "rosettes and waves of fine security lines printed over the portrait";
  spec.params = {
      {.name = "density",
       .unit = "fraction",
       .summary = "how much of its ink's light a line absorbs",
       .min = 0,
       .max = 1},
      {.name = "line_width",
       .unit = "inter-eye distances",
       .summary = "width of a line",
       .min = 0.001,
       .max = 0.1,
       .default_value = 0.012},
  };
  spec.strength = "density";
  spec.ladder = {0.12, 0.25, 0.4, 0.6, 0.9};
  spec.ladder_source = "own: from a tint to nearly full ink";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    const auto density = static_cast<float>(params.number("density"));
    const double line_width = params.number("line_width");
    return [=](const Image& image, const Frame& frame, const RandomStream& stream) {
      const FaceAxes axes(frame, image.bgr().size());
      return overprinted(image, axes, pattern_of(stream, line_width), density);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
