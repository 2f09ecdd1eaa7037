// SPDX-License-Identifier: Apache-2.0
// An optically variable device laid over the portrait: a clear foil whose gratings throw coloured light
// at some angles, in a repeated emblem (a sun in a ring, a globe) on a ground of fine waves.
//
// A grating of period d sends the wavelength d (sin in + sin out) to the eye, so its colour runs through
// the spectrum along the direction in which the angles change, and `tilt_deg` moves it; the two
// emblems have gratings turned against each other, so one is bright where the other is not. Foil
// and light mix in linear light: pixel * (1 - a / 3) + a * colour, a = opacity * share of grating.
// Hues are a colour wheel, not a spectrum: own, displays have no spectral colours anyway.
// The place of the pattern comes from the random stream.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "perturb/document/parts/line_share.h"
#include "perturb/face_axes.h"
#include "perturb/grain_field.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"
#include "perturb/smooth_step.h"

namespace robench::perturbations {
namespace {

constexpr float kTurn = 2 * std::numbers::pi_v<float>;
constexpr float kSpacing = 1.0F;      // of emblems along a row; rows stand as in a honeycomb
constexpr float kRadius = 0.40F;      // of an emblem
constexpr float kHuesPerUnit = 0.3F;  // turns of the colour wheel

struct Device {
  cv::Point2f offset;  // of the emblems
  cv::Point2f run;     // turns of hue per unit, along the change of angle
  float hue;           // at the middle of the eyes, turns
};

Device device_of(double tilt_deg, const RandomStream& stream) {
  const double angle = stream.uniform(2, 15, 75) * std::numbers::pi / 180;
  return {{static_cast<float>(stream.uniform(0)), static_cast<float>(stream.uniform(1))},
          {kHuesPerUnit * static_cast<float>(std::cos(angle)),
           kHuesPerUnit * static_cast<float>(std::sin(angle))},
          static_cast<float>(stream.uniform(3) + tilt_deg / 20)};
}

// Full colours of the wheel, linear blue, green, red.
cv::Vec3f hue_colour(float turns) {
  const auto channel = [&](float shift) {
    const float wave = 0.5F + 0.5F * std::cos(kTurn * (turns - shift));
    return wave * wave;
  };
  return {channel(2.0F / 3), channel(1.0F / 3), channel(0.0F)};
}

struct Emblem {
  cv::Point2f place;  // about its centre, in its radii
  bool globe;         // else the sun
};

// The nearest emblem of the honeycomb.
Emblem emblem_at(cv::Point2f p) {
  constexpr float kRowHeight = 0.866F * kSpacing;
  const float row = std::round(p.y / kRowHeight);
  const bool odd = std::fmod(std::abs(row), 2.0F) == 1.0F;
  const float shift = odd ? 0.5F : 0.0F;
  const float column = std::round(p.x / kSpacing - shift);
  const cv::Point2f d(p.x - (column + shift) * kSpacing, p.y - row * kRowHeight);
  return {d / kRadius, odd};
}

// A sun with twelve rays.
float sun_share(float r, float phi, float pixel) {
  const float ray = 0.62F + 0.20F * std::cos(12 * phi);
  const float body = smooth_step((ray - r) / std::max(pixel, 0.04F) + 0.5F);
  return body * (1.0F - 0.75F * line_share(std::abs(r - 0.38F), 0.09F, pixel));
}

// Meridians and parallels of a globe seen from the equator.
float globe_share(cv::Point2f p, float r, float pixel) {
  if (r > 0.86F) return 0.0F;
  const float y = p.y / 0.82F;
  const float half_width = 0.82F * std::sqrt(std::max(1.0F - y * y, 0.01F));
  const float parallel =
      line_family_share(3 * std::asin(std::clamp(y, -1.0F, 1.0F)), 3 / 0.82F, 0.07F, pixel);
  const float meridian =
      line_family_share(1.9F * std::asin(std::clamp(p.x / half_width, -1.0F, 1.0F)), 2.3F, 0.07F, pixel);
  const float outline = line_share(std::abs(r - 0.82F), 0.09F, pixel);
  return std::max(outline, (r < 0.82F ? 1.0F : 0.0F) * std::max(parallel, meridian));
}

struct Grating {
  float share;  // of the pixel
  float turn;   // of its hue against the device's
};

Grating grating_at(cv::Point2f p, float pixel) {
  const Emblem emblem = emblem_at(p);
  const float r = std::sqrt(emblem.place.dot(emblem.place));
  const float own_pixel = pixel / kRadius;
  const float ring = line_share(std::abs(r - 1.0F), 0.10F, own_pixel) +
                     0.8F * line_share(std::abs(r - 1.16F), 0.04F, own_pixel);
  if (r < 1.25F) {
    const float inside = emblem.globe
                             ? globe_share(emblem.place, r, own_pixel)
                             : sun_share(r, std::atan2(emblem.place.y, emblem.place.x), own_pixel);
    return {std::min(1.0F, std::max(ring, inside)), emblem.globe ? 0.45F : 0.0F};
  }
  const float phase = 14 * (p.y + 0.05F * std::sin(kTurn * 2 * p.x));
  return {0.6F * line_family_share(phase, 14, 0.012F, pixel), 0.7F};
}

Image with_device(const Image& image, const FaceAxes& axes, const Device& device, float opacity,
                  const RandomStream& stream) {
  constexpr double kPatch = 1.6;  // size of the patches that happen to face the light
  const GrainField patches = grain_field(stream.fork("patches"), axes, image.bgr().size(), kPatch, 1);
  cv::Mat light = linear_light(image);
  const float pixel = 1.0F / axes.unit_px();
  for (int y = 0; y < light.rows; ++y) {
    const FaceLine line = axes.row(y);
    const auto* patch = patches.values.ptr<float>(y);
    auto* row = light.ptr<cv::Vec3f>(y);
    for (int x = 0; x < light.cols; ++x) {
      const cv::Point2f p(line.u(static_cast<std::size_t>(x)), line.v(static_cast<std::size_t>(x)));
      const Grating grating = grating_at(p + device.offset, pixel);
      const float hue = device.hue + p.dot(device.run) + grating.turn + 0.06F * patch[x];
      // A grating shines where its angle fits: half of the turns, never quite dark.
      const float facing =
          0.35F + 0.65F * smooth_step(0.5F + 0.8F * std::cos(kTurn * 0.5F * hue) + 0.15F * patch[x]);
      const float share = opacity * grating.share;
      row[x] = row[x] * (1.0F - share / 3) + hue_colour(hue) * (0.75F * share * facing);
    }
  }
  return from_linear_light(light);
}

}  // namespace

PerturbationSpec hologram() {
  PerturbationSpec spec;
  spec.name = "hologram";
  spec.summary = "a clear foil with a repeated iridescent emblem over the portrait";
  spec.params = {
      {.name = "opacity",
       .unit = "fraction",
       .summary = "light of the gratings; 1 = three quarters of white where they face it",
       .min = 0,
       .max = 1},
      {.name = "tilt_deg",
       .unit = "deg",
       .summary = "how far the card is tilted: 20 degrees run once through the colours",
       .min = -90,
       .max = 90,
       .default_value = 0.0},
  };
  spec.strength = "opacity";
  spec.ladder = {0.1, 0.2, 0.35, 0.55, 0.8};
  spec.ladder_source = "own: from a foil seen beside its angle to one that hides what is under it";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    const auto opacity = static_cast<float>(params.number("opacity"));
    const double tilt_deg = params.number("tilt_deg");
    return [=](const Image& image, const Frame& frame, const RandomStream& stream) {
      const FaceAxes axes(frame, image.bgr().size());
      return with_device(image, axes, device_of(tilt_deg, stream), opacity, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
