// SPDX-License-Identifier: Apache-2.0
// A portrait printed in four colours by an amplitude-modulated screen: dots of cyan, magenta, yellow and
// black at 15, 75, 0 and 45 degrees, which make the rosettes of offset print (perturb/print_screen.h).
// Dot gain: ink spreads, a tone t prints as t + 4 g t (1 - t), g at mid-tone.
//
// Lengths: the portrait of an ID-1 card is about 25 x 32 mm with about 7.7 mm between the eyes (own
// estimate), so 150 lines an inch are a pitch of 0.169 mm = 0.022 inter-eye distances.
#include <array>
#include <memory>

#include "perturb/document/parts/print_screen.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {
namespace {

constexpr double kFinestPitch = 1e-3;  // below it no pixel could tell; keeps the frequency finite

InkScreens screens_of(double pitch, const FaceAxes& axes) {
  const auto tile = std::make_shared<const ScreenTile>(kPixelBlur / (pitch * axes.unit_px()));
  InkScreens screens;
  for (std::size_t i = 0; i < screens.size(); ++i) {
    const auto [first, second] = square_lattice(kScreenAngles[i], 1 / std::max(pitch, kFinestPitch));
    screens[i] = {first, second, tile};
  }
  return screens;
}

}  // namespace

PerturbationSpec print_halftone() {
  PerturbationSpec spec;
  spec.name = "print_halftone";
  spec.summary = "printed in four colours with halftone screens at 15, 75, 0 and 45 degrees";
  spec.params = {
      {.name = "pitch",
       .unit = "inter-eye distances",
       .summary = "distance of the dots of one screen; 0 leaves no dots",
       .min = 0,
       .max = 0.5},
      {.name = "dot_gain",
       .unit = "fraction",
       .summary = "how much a mid-tone prints too dark (tone value increase at 50 %)",
       .min = 0,
       .max = 0.25,
       .default_value = 0.05},
      {.name = "black_share",
       .unit = "fraction",
       .summary = "grey replaced by black ink; 1 prints grey in black alone",
       .min = 0,
       .max = 1,
       .default_value = 0.6},
  };
  spec.strength = "pitch";
  spec.ladder = {0.022, 0.033, 0.051, 0.073, 0.11};
  spec.ladder_source =
      "own: 150, 100, 65, 45 and 30 lines an inch on an ID-1 portrait with 7.7 mm between the eyes";
  spec.no_neutral_reason = "every press has dots and dot gain";
  spec.depends_on_pixels_reason =
      "the mean of the light is kept, not that of encoded values, and finer pixels resolve the dots";
  spec.make = [](const Params& params) -> Perturber {
    const double pitch = params.number("pitch");
    const Press press = {params.number("dot_gain"), params.number("black_share")};
    return [=](const Image& image, const Frame& frame, const RandomStream&) {
      const FaceAxes axes(frame, image.bgr().size());
      return printed(image, axes, screens_of(pitch, axes), press);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
