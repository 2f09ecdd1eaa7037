// SPDX-License-Identifier: Apache-2.0
// Falling snow between camera and face: flakes in the camera's cone, near ones larger and out of focus,
// each moving a little while the shutter is open, and the veil of all the flakes too far or too small to
// be seen singly. In linear light; a flake is white and hides what is behind it. own: flakes of 2 to 12
// mm, small ones far more often, fall at about 1 m/s (aggregates do, of any size) and swirl; an
// extinction of twice the flakes' cross-section gives the veil (van de Hulst, "Light Scattering by Small
// Particles", 1957: large particles remove twice the light that falls on them).
#include <algorithm>
#include <cmath>
#include <numbers>

#include "perturb/perturbation.h"
#include "perturb/weather/parts/scatter.h"
#include "perturb/weather/parts/streak.h"

namespace robench::perturbations {
namespace {

constexpr double kApertureMm = 4;
constexpr double kSmallestMm = 2;
constexpr double kRangeMm = 10;          // largest minus smallest; sizes go with the cube of chance
constexpr double kMeanSquareMm2 = 28.3;  // of these sizes: 4 + 2 * 2 * 10 / 4 + 100 / 7
constexpr double kFallMmPerMs = 1.1;
constexpr double kSwirlDeg = 35;
constexpr double kNearest = 0.12;  // of the way to the face
constexpr double kOpacity = 0.95;
constexpr float kWhite = 0.85F;  // light of a flake in the face's own light

struct Snow {
  double per_tile;
  double exposure_ms;
  double wind_deg;
  float passing;  // share of the light that passes the veil
};

Snow snow_of(const Params& params) {
  const double per_m3 = params.number("flakes_per_m3");
  const double distance_m = params.number("distance_m");
  const double cross_section_m2 = std::numbers::pi / 4 * kMeanSquareMm2 * 1e-6;
  return {things_in_view(per_m3, distance_m), params.number("exposure_ms"), params.number("wind_deg"),
          static_cast<float>(std::exp(-2 * cross_section_m2 * per_m3 * distance_m))};
}

Streak streak_of(const Snow& snow, const ScatteredThing& flake, const FaceAxes& axes) {
  const double nearness = 1 / std::max(kNearest, std::cbrt(static_cast<double>(flake.chance[0])));
  const double chance = flake.chance[1];
  const double size_mm = kSmallestMm + kRangeMm * chance * chance * chance;
  const double angle = (snow.wind_deg + kSwirlDeg * (2 * static_cast<double>(flake.chance[2]) - 1)) *
                       std::numbers::pi / 180;
  const double px_per_mm = static_cast<double>(axes.unit_px()) / kInterEyeMm;
  const auto half_way = static_cast<float>(px_per_mm * nearness * kFallMmPerMs * snow.exposure_ms *
                                           (0.5 + static_cast<double>(flake.chance[3])) / 2);
  return {
      axes.to_pixel(flake.place),
      half_way * cv::Point2f(static_cast<float>(std::sin(angle)), static_cast<float>(std::cos(angle))),
      static_cast<float>(px_per_mm * nearness * size_mm / 2),
      static_cast<float>(px_per_mm * (0.3 * size_mm * nearness + kApertureMm * (nearness - 1))),
      static_cast<float>(kOpacity) * flake.presence};
}

}  // namespace

PerturbationSpec snow() {
  PerturbationSpec spec;
  spec.name = "snow";
  spec.summary = "falling flakes between camera and face, near ones out of focus, and their veil";
  spec.params = {{.name = "flakes_per_m3",
                  .unit = "flakes per cubic metre",
                  .summary = "how many flakes are in the air",
                  .min = 0,
                  .max = 20000},
                 {.name = "exposure_ms",
                  .unit = "ms",
                  .summary = "how long the shutter is open: the length of the streaks",
                  .min = 0.1,
                  .max = 50,
                  .default_value = 5.0},
                 {.name = "distance_m",
                  .unit = "m",
                  .summary = "from camera to face",
                  .min = 0.2,
                  .max = 20,
                  .default_value = 3.0},
                 {.name = "wind_deg",
                  .unit = "deg",
                  .summary = "slant of the fall; positive: towards the image's right",
                  .min = -80,
                  .max = 80,
                  .default_value = 20.0}};
  spec.keeps_grey = true;
  spec.strength = "flakes_per_m3";
  spec.ladder = {150, 350, 800, 1800, 4000};
  spec.ladder_source = "own: about 2.3 times as many at each step, from a flurry to a blizzard";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    return [snow = snow_of(params)](const Image& image, const Frame& frame, const RandomStream& stream) {
      const FaceAxes axes(frame, image.bgr().size());
      cv::Mat cover(image.bgr().size(), CV_32F, cv::Scalar::all(0));
      scatter(axes, cover.size(), stream, snow.per_tile,
              [&](const ScatteredThing& flake) { add_streak(cover, streak_of(snow, flake, axes)); });
      return behind(image, cover, kWhite, snow.passing, kWhite * (1 - snow.passing));
    };
  };
  return spec;
}

}  // namespace robench::perturbations
