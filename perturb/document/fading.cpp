// SPDX-License-Identifier: Apache-2.0
// Dyes of a print that fade. Each layer loses the same share of its optical density D = -log10(light),
// so light becomes light^(1 - loss): bright tones hardly change, blacks turn to colour.
//   magenta: cyan fades first, red comes through, as in colour prints of the 1970s kept in the dark.
//   yellow:  all dyes fade, and the base itself turns yellow: blue light is lost where paper was white.
//   neutral: all dyes fade alike.
// (Order of the dyes: Wilhelm and Brower, "The Permanence and Care of Color Photographs", 1993.)
#include <array>
#include <cmath>

#include "perturb/perturbation.h"
#include "perturb/srgb.h"

namespace robench::perturbations {
namespace {

// A black of a real print still reflects this: a density of 2.3.
constexpr double kBlack = 0.005;

struct Fade {
  double loss;   // share of the density that is lost when fade = 1
  double stain;  // density of the stained base when fade = 1
};
using Fades = std::array<Fade, 3>;  // of blue, green, red light: yellow, magenta, cyan dye

Fades fades_of(const std::string& cast) {
  if (cast == "magenta") return {{{0.35, 0.12}, {0.2, 0.04}, {0.7, 0.0}}};
  if (cast == "yellow") return {{{0.5, 0.24}, {0.55, 0.05}, {0.65, 0.0}}};
  return {{{0.6, 0.0}, {0.6, 0.0}, {0.6, 0.0}}};
}

PixelTable faded(const Fade& fade, double amount) {
  const double kept = 1 - amount * fade.loss;
  const double base = std::pow(10.0, -amount * fade.stain);
  return table_of_linear([=](double light) {
    const double reflected = (light + kBlack) / (1 + kBlack);
    return base * (std::pow(reflected, kept) * (1 + kBlack) - kBlack);
  });
}

}  // namespace

PerturbationSpec fading() {
  PerturbationSpec spec;
  spec.name = "fading";
  spec.summary = "dyes of a print faded: lower density and a yellow or magenta cast";
  spec.params = {
      {.name = "fade",
       .unit = "fraction",
       .summary = "how far the print is on the way to its worst",
       .min = 0,
       .max = 1},
      {.name = "cast",
       .kind = ParamKind::choice,
       .summary = "which way the colours go",
       .choices = {"yellow", "magenta", "neutral"},
       .default_value = "yellow"},
  };
  spec.strength = "fade";
  spec.ladder = {0.2, 0.4, 0.6, 0.8, 1};
  spec.ladder_source = "own: equal steps to a loss of 70 % of the weakest dye's density";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const Fades fades = fades_of(params.choice("cast"));
    const double amount = params.number("fade");
    const std::array<PixelTable, 3> tables = {faded(fades[0], amount), faded(fades[1], amount),
                                              faded(fades[2], amount)};
    return [tables](const Image& image, const Frame&, const RandomStream&) {
      return apply_tables(image, tables);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
