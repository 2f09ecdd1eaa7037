// SPDX-License-Identifier: Apache-2.0
// The mirror image of a lamp in the glossy laminate of a card, added in linear light. Polyester reflects
// 4 to 6 % at normal incidence (Fresnel, n = 1.5 to 1.65), so at `glare` 1 the lamp is about 20 times as
// bright as white paper beside it. The laminate is not flat: broad waves bend the image of the lamp,
// fine ones (orange peel) fray its edge, and its roughness spreads a halo around it.
// Place and turn of the lamp come from the random stream; lengths are in inter-eye distances.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "perturb/face_axes.h"
#include "perturb/grain_field.h"
#include "perturb/perturbation.h"
#include "perturb/relight.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

enum class LampKind { tube, window, bulb };

struct Lamp {
  LampKind kind;
  cv::Point2f centre;
  cv::Point2f along;  // unit vector
};

constexpr float kWaves = 0.09F;     // standard deviation of the bend of the lamp's image
constexpr double kWaveGrain = 2.2;  // width of a broad wave
constexpr float kPeel = 0.006F;     // the same of the orange peel
constexpr double kPeelGrain = 0.16;
constexpr float kHalo = 0.10F;  // light of the halo, share of the lamp's
constexpr float kHaloRadius = 0.75F;

Lamp lamp_of(LampKind kind, const RandomStream& stream) {
  const double side = stream.uniform(0) < 0.5 ? -1 : 1;
  const double turn = kind == LampKind::window ? stream.uniform(1, 4, 14) : stream.uniform(1, 35, 65);
  const double angle = side * turn * std::numbers::pi / 180;
  return {kind,
          {static_cast<float>(stream.uniform(2, -0.7, 0.7)),
           static_cast<float>(stream.uniform(3, -0.3, 1.0))},
          {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))}};
}

// 1 within `half` of the middle, 0 beyond a soft edge.
inline float within(float distance, float half, float softness) {
  return smooth_step((half - std::abs(distance)) / softness + 0.5F);
}

// Luminance of the lamp's image at a distance from its centre, 1 = the lamp.
float luminance(const Lamp& lamp, cv::Point2f d) {
  const float along = d.dot(lamp.along);
  const float across = lamp.along.x * d.y - lamp.along.y * d.x;
  float shape = 0;
  float outside2 = 0;  // squared distance from the shape's middle line or point
  if (lamp.kind == LampKind::tube) {
    constexpr float kHalfLength = 3.2F;
    shape = within(across, 0.15F, 0.2F) * within(along, kHalfLength, 0.5F);
    const float beyond = std::max(0.0F, std::abs(along) - kHalfLength);
    outside2 = across * across + beyond * beyond;
  } else if (lamp.kind == LampKind::window) {
    const float panes = (1.0F - within(along, 0.035F, 0.03F)) * (1.0F - within(across, 0.035F, 0.03F));
    shape = within(along, 0.55F, 0.05F) * within(across, 0.75F, 0.05F) * panes;
    outside2 = d.dot(d);
  } else {
    shape = within(std::sqrt(d.dot(d)), 0.3F, 0.5F);
    outside2 = d.dot(d);
  }
  return shape + kHalo * std::exp(-0.5F * outside2 / (kHaloRadius * kHaloRadius));
}

Image laminated(const Image& image, const FaceAxes& axes, const Lamp& lamp, float glare,
                const RandomStream& stream) {
  const cv::Size size = image.bgr().size();
  const GrainField waves = grain_field(stream.fork("waves"), axes, size, kWaveGrain, 2);
  const GrainField peel = grain_field(stream.fork("peel"), axes, size, kPeelGrain, 2);
  const float peel_bend = kPeel * static_cast<float>(peel.amplitude);
  return relit(image, [&](int y, LightRow& light) {
    const FaceLine line = axes.row(y);
    const auto* wave = waves.values.ptr<cv::Point2f>(y);
    const auto* fine = peel.values.ptr<cv::Point2f>(y);
    for (std::size_t x = 0; x < light.veil.size(); ++x) {
      const cv::Point2f bent =
          cv::Point2f(line.u(x), line.v(x)) + kWaves * wave[x] + peel_bend * fine[x];
      light.veil[x] = glare * luminance(lamp, bent - lamp.centre);
    }
  });
}

LampKind kind_of(const std::string& name) {
  if (name == "tube") return LampKind::tube;
  return name == "window" ? LampKind::window : LampKind::bulb;
}

}  // namespace

PerturbationSpec lamination_glare() {
  PerturbationSpec spec;
  spec.name = "lamination_glare";
  spec.summary = "a lamp mirrored in a glossy, slightly wavy laminate";
  spec.params = {
      {.name = "glare",
       .unit = "white",
       .summary = "light of the lamp's image; 1 = as bright as white paper",
       .min = 0,
       .max = 20},
      {.name = "lamp",
       .kind = ParamKind::choice,
       .summary = "what is mirrored: a fluorescent tube, a window with a cross-bar, a round lamp",
       .choices = {"tube", "window", "bulb"},
       .default_value = "tube"},
  };
  spec.keeps_grey = true;
  spec.strength = "glare";
  spec.ladder = {0.125, 0.25, 0.5, 1, 2};
  spec.ladder_source =
      "own: EV steps of 1; lamps 2.5 to 40 times as bright as white paper, mirrored at 5 %";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    const auto glare = static_cast<float>(params.number("glare"));
    const LampKind kind = kind_of(params.choice("lamp"));
    return [=](const Image& image, const Frame& frame, const RandomStream& stream) {
      const FaceAxes axes(frame, image.bgr().size());
      return laminated(image, axes, lamp_of(kind, stream), glare, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
