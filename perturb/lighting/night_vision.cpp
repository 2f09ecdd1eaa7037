// SPDX-License-Identifier: Apache-2.0
// A camera without its infrared filter in the light of its own 850 nm lamps. `infrared` is the share of
// that light; the rest is the visible light of the picture. In linear light:
//   near infrared: melanin hardly absorbs there, so skin is pale and even, lips and brows lose contrast,
//     dyes and hair turn brighter. Own model: red light, where skin comes closest, lifted by
//     x^0.6 (skin reflects about 0.6 at 850 nm, Cooksey and Allen, "Reflectance measurements of human
//     skin from the ultraviolet to the shortwave infrared", SPIE 2013).
//   lamps at the camera: bright in the middle, dark background, and pupils that throw the light
//     straight back (`pupils`).
//   gain: noise of the dim picture, grains of 0.02 inter-eye distances.
// Displayed grey, or green as through an image intensifier.
#include <algorithm>
#include <array>
#include <cmath>

#include "perturb/face_axes.h"
#include "perturb/grain_field.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

constexpr float kPale = 0.6F;     // exponent of the infrared reflectance
constexpr float kNoise = 0.055F;  // standard deviation at mid-grey, 1 = white
constexpr double kGrain = 0.02;
constexpr float kPupil = 0.055F;  // radius: a dark-adapted pupil of 7 mm
const cv::Vec3f kGrey = {1, 1, 1};
const cv::Vec3f kGreen = {0.18F, 1.0F, 0.12F};  // a P43 screen, about

struct Night {
  float infrared;
  float pupils;
  cv::Vec3f screen;
};

// Light of the lamps at a place, 1 in the middle of the face.
inline float lamp_at(cv::Point2f p) {
  const cv::Point2f d = p - cv::Point2f(0, 0.4F);
  return 0.12F + 0.88F * std::exp(-0.5F * d.dot(d) / (1.9F * 1.9F));
}

inline float pupil_at(const std::array<cv::Point2f, 2>& eyes, cv::Point2f p, float pixel) {
  float share = 0;
  for (const cv::Point2f& eye : eyes) {
    const cv::Point2f d = p - eye;
    const float r = std::sqrt(d.dot(d));
    const float disc = std::clamp((kPupil - r) / std::max(pixel, 0.012F) + 0.5F, 0.0F, 1.0F);
    share = std::max(share, std::max(disc, 0.25F * std::exp(-0.5F * r * r / (0.1F * 0.1F))));
  }
  return share;
}

Image seen_at_night(const Image& image, const FaceAxes& axes, const Night& night,
                    const RandomStream& stream) {
  const GrainField grains = grain_field(stream, axes, image.bgr().size(), kGrain, 1);
  const float noise = kNoise * static_cast<float>(grains.amplitude);
  const auto middle = [&](std::size_t a, std::size_t b) {
    return (axes.landmark(a) + axes.landmark(b)) * 0.5F;
  };
  const std::array<cv::Point2f, 2> eyes = {middle(36, 39), middle(42, 45)};
  const float pixel = 1.0F / axes.unit_px();
  cv::Mat light = linear_light(image);
  for (int y = 0; y < light.rows; ++y) {
    const FaceLine line = axes.row(y);
    const auto* grain = grains.values.ptr<float>(y);
    auto* row = light.ptr<cv::Vec3f>(y);
    for (int x = 0; x < light.cols; ++x) {
      const cv::Point2f p(line.u(static_cast<std::size_t>(x)), line.v(static_cast<std::size_t>(x)));
      const float red = 0.75F * row[x][2] + 0.2F * row[x][1] + 0.05F * row[x][0];
      const float lit = lamp_at(p) * 0.85F * std::pow(red, kPale);
      const float back = night.pupils * pupil_at(eyes, p, pixel);
      const float seen = lit + back * (1.0F - lit) + noise * std::sqrt(0.15F + lit) * grain[x];
      row[x] = row[x] * (1.0F - night.infrared) + night.screen * (night.infrared * seen);
    }
  }
  return from_linear_light(light);
}

}  // namespace

PerturbationSpec night_vision() {
  PerturbationSpec spec;
  spec.name = "night_vision";
  spec.summary = "seen by a camera without infrared filter under its own infrared lamps";
  spec.params = {
      {.name = "infrared",
       .unit = "fraction",
       .summary = "share of infrared in the light, the rest is the picture's own",
       .min = 0,
       .max = 1},
      {.name = "screen",
       .kind = ParamKind::choice,
       .summary = "colour of the display",
       .choices = {"grey", "green"},
       .default_value = "grey"},
      {.name = "pupils",
       .unit = "fraction",
       .summary = "light that the pupils throw back",
       .min = 0,
       .max = 1,
       .default_value = 0.6},
  };
  spec.strength = "infrared";
  spec.ladder = {0.2, 0.4, 0.6, 0.8, 1};
  spec.ladder_source = "own: equal steps from dusk to a night without other light";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    const Night night = {static_cast<float>(params.number("infrared")),
                         static_cast<float>(params.number("pupils")),
                         params.choice("screen") == "green" ? kGreen : kGrey};
    return [night](const Image& image, const Frame& frame, const RandomStream& stream) {
      return seen_at_night(image, FaceAxes(frame, image.bgr().size()), night, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
