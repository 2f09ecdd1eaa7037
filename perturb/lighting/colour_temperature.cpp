// SPDX-License-Identifier: Apache-2.0
// White-balance error: the light has another colour temperature than the 6500 K that the camera was
// balanced for, and the cast stays in the picture. Each channel is scaled in linear light (von Kries on
// the sRGB primaries) by the colour of the Planckian light relative to 6500 K; the luminance of grey
// stays. Below 6500 K warm, above cool. The locus and its source: perturb/lighting/parts/planckian.h.
#include <algorithm>

#include "perturb/lighting/parts/planckian.h"
#include "perturb/perturbation.h"
#include "perturb/srgb.h"

namespace robench::perturbations {
namespace {

constexpr double kNeutralKelvin = 6500;
constexpr std::array<double, 3> kLuminance = {0.2126, 0.7152, 0.0722};  // of linear sRGB, ITU-R BT.709

// Gains of red, green and blue, at constant luminance of grey.
std::array<double, 3> gains(double kelvin) {
  const std::array<double, 3> light = planckian_linear_rgb(kelvin);
  const std::array<double, 3> neutral = planckian_linear_rgb(kNeutralKelvin);
  std::array<double, 3> gain{};
  double luminance = 0;
  double total = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    gain[c] = std::max(0.0, light[c] / neutral[c]);  // outside of the gamut: no light in that channel
    luminance += kLuminance[c] * gain[c];
    total += kLuminance[c];
  }
  for (double& g : gain) g *= total / luminance;
  return gain;
}

}  // namespace

PerturbationSpec colour_temperature() {
  PerturbationSpec spec;
  spec.name = "colour_temperature";
  spec.summary = "white-balance error: a Planckian colour cast, below 6500 K warm, above cool";
  spec.params = {{.name = "kelvin",
                  .unit = "kelvin",
                  .summary = "colour temperature of the light under a balance for 6500 K",
                  .min = 1667,
                  .max = 25000}};
  spec.strength = "kelvin";
  spec.ladder = {5150, 4280, 3650, 3180, 2820};
  spec.ladder_source =
      "own: steps of 40 mired from 6500 K (154 mired) towards tungsten light, rounded to 10 K";
  spec.neutral = kNeutralKelvin;
  spec.make = [](const Params& params) -> Perturber {
    const auto [red, green, blue] = gains(params.number("kelvin"));
    const auto scaled = [](double gain) {
      return table_of_linear([=](double light) { return gain * light; });
    };
    return [tables = std::array<PixelTable, 3>{scaled(blue), scaled(green), scaled(red)}](
               const Image& image, const Frame&, const RandomStream&) {
      return apply_tables(image, tables);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
