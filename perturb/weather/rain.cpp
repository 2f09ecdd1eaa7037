// SPDX-License-Identifier: Apache-2.0
// Rain between camera and face. Drops larger than 1 mm are as many and as large as Marshall and Palmer
// (1948) found: N(D) = 8000 exp(-L D) per cubic metre and millimetre, L = 4.1 R^-0.21 for R mm/h. They
// fall at 9.65 - 10.3 exp(-0.6 D) m/s (Atlas, Srivastava and Sekhon 1973) and draw streaks as long as
// the shutter is open. A drop shows the sky in miniature, so a streak is bright, but faint: the drop
// hides each point only for a small part of the exposure (Garg and Nayar, "Vision and Rain", IJCV 2007).
// Linear light. Drops lie in the camera's cone; near ones are larger, and blurred because the face is in
// focus.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "perturb/perturbation.h"
#include "perturb/weather/parts/scatter.h"
#include "perturb/weather/parts/streak.h"

namespace robench::perturbations {
namespace {

constexpr double kApertureMm = 3;   // of a phone's or small camera's lens
constexpr double kSmallestMm = 1;   // smaller drops leave no streak that could be seen
constexpr double kLargestMm = 5;    // larger drops burst
constexpr double kNearest = 0.4;    // of the way to the face; drops still nearer are drawn there
constexpr double kRoundness = 0.5;  // a drop is brightest in its middle: softness over its size
constexpr double kSwayDeg = 3;      // of single drops about the wind
constexpr double kOpacity = 0.95;   // what a drop refracts is nearly all sky

struct Rain {
  double per_mm;    // L: one over the mean size above the smallest
  double per_tile;  // drops before one face crop
  double exposure_s;
  double wind_deg;
  double sky;
};

Rain rain_of(const Params& params) {
  const double rate = params.number("rate_mm_h");
  const double per_mm = 4.1 * std::pow(rate, -0.21);
  const double per_m3 = rate > 0 ? 8000 / per_mm * std::exp(-per_mm * kSmallestMm) : 0;
  return {per_mm, things_in_view(per_m3, params.number("distance_m")),
          params.number("exposure_ms") / 1000, params.number("wind_deg"), params.number("sky")};
}

Streak streak_of(const Rain& rain, const ScatteredThing& drop, const FaceAxes& axes) {
  const double nearness = 1 / std::max(kNearest, std::cbrt(static_cast<double>(drop.chance[0])));
  const double size_mm =
      std::min(kLargestMm, kSmallestMm - std::log1p(-static_cast<double>(drop.chance[1])) / rain.per_mm);
  const double fall_mm = 1000 * rain.exposure_s * (9.65 - 10.3 * std::exp(-0.6 * size_mm));
  const double angle = (rain.wind_deg + kSwayDeg * (2 * static_cast<double>(drop.chance[2]) - 1)) *
                       std::numbers::pi / 180;
  const double px_per_mm = static_cast<double>(axes.unit_px()) / kInterEyeMm;
  const auto half_way = static_cast<float>(px_per_mm * nearness * fall_mm / 2);
  return {
      axes.to_pixel(drop.place),
      half_way * cv::Point2f(static_cast<float>(std::sin(angle)), static_cast<float>(std::cos(angle))),
      static_cast<float>(px_per_mm * nearness * size_mm / 2),
      static_cast<float>(px_per_mm * (kApertureMm * (nearness - 1) + kRoundness * size_mm * nearness)),
      static_cast<float>(kOpacity) * drop.presence};
}

}  // namespace

PerturbationSpec rain() {
  PerturbationSpec spec;
  spec.name = "rain";
  spec.summary = "streaks of falling drops between camera and face";
  spec.params = {{.name = "rate_mm_h", .unit = "mm/h", .summary = "rain rate", .min = 0, .max = 500},
                 {.name = "exposure_ms",
                  .unit = "ms",
                  .summary = "how long the shutter is open: the length of the streaks",
                  .min = 0.1,
                  .max = 50,
                  .default_value = 4.0},
                 {.name = "distance_m",
                  .unit = "m",
                  .summary = "from camera to face",
                  .min = 0.2,
                  .max = 20,
                  .default_value = 5.0},
                 {.name = "wind_deg",
                  .unit = "deg",
                  .summary = "slant of the streaks; positive: they fall towards the image's right",
                  .min = -80,
                  .max = 80,
                  .default_value = 8.0},
                 {.name = "sky",
                  .unit = "linear light",
                  .summary = "light of a drop; 1 = white, the sky is brighter",
                  .min = 0,
                  .max = 10,
                  .default_value = 5.0}};
  spec.keeps_grey = true;
  spec.strength = "rate_mm_h";
  spec.ladder = {15, 35, 70, 130, 220};
  spec.ladder_source =
      "own: from heavy rain to the strongest cloudbursts; below that a streak is hardly seen";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    return [rain = rain_of(params)](const Image& image, const Frame& frame, const RandomStream& stream) {
      const FaceAxes axes(frame, image.bgr().size());
      cv::Mat cover(image.bgr().size(), CV_32F, cv::Scalar::all(0));
      scatter(axes, cover.size(), stream, rain.per_tile,
              [&](const ScatteredThing& drop) { add_streak(cover, streak_of(rain, drop, axes)); });
      return behind(image, cover, static_cast<float>(rain.sky));
    };
  };
  return spec;
}

}  // namespace robench::perturbations
