// SPDX-License-Identifier: Apache-2.0
// A printed portrait scanned too coarsely: the screens beat with the grid of the sensor.
//
// A wave of frequency f sampled at distances s looks like one of f - k / s, k the nearest whole numbers
// (sampling theorem). If each of a screen's two frequencies is replaced so, all their sums, that is the
// whole pattern of dots, are replaced rightly at the samples: the moire is the screen itself, magnified
// and turned. So the beat's period is 1 / |f - k / s|. By default, with the print three degrees
// askew on the glass, it is a third of an inter-eye distance for the black screen, and finer for the
// others.
//
// The scanner's lens decides how much is left of the dots before they are sampled: `transfer`, its
// modulation transfer at the screen's frequency, as of a Gaussian lens, so that the harmonics of the
// dots fall faster. The portrait itself keeps its sharpness.
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>

#include "perturb/document/parts/print_screen.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {
namespace {

cv::Point2d beat(cv::Point2d frequency, double sensor_pitch) {
  return {frequency.x - std::round(frequency.x * sensor_pitch) / sensor_pitch,
          frequency.y - std::round(frequency.y * sensor_pitch) / sensor_pitch};
}

// In screen periods: the Gaussian lens that leaves `transfer` of the first harmonic.
double lens_blur(double transfer) {
  return std::sqrt(-std::log(transfer) / 2) / std::numbers::pi;  // infinite for 0
}

struct Scan {
  double screen_pitch;
  double sensor_pitch;
  double skew_deg;
  double lens;  // blur in screen periods
};

InkScreens beating_screens(const Scan& scan, float unit_px) {
  InkScreens screens;
  for (std::size_t i = 0; i < screens.size(); ++i) {
    const auto [first, second] = square_lattice(kScreenAngles[i] + scan.skew_deg, 1 / scan.screen_pitch);
    const cv::Point2d a = beat(first, scan.sensor_pitch);
    const cv::Point2d b = beat(second, scan.sensor_pitch);
    const double pixel = kPixelBlur / unit_px * std::max(cv::norm(a), cv::norm(b));
    screens[i] = {a, b, std::make_shared<const ScreenTile>(std::hypot(scan.lens, pixel))};
  }
  return screens;
}

}  // namespace

PerturbationSpec scan_moire() {
  PerturbationSpec spec;
  spec.name = "scan_moire";
  spec.summary = "moire: the beat of a print's screens with the grid of a scanner";
  spec.params = {
      {.name = "transfer",
       .unit = "fraction",
       .summary = "share of the screen's contrast that the scanner's lens lets through",
       .min = 0,
       .max = 1},
      {.name = "screen_pitch",
       .unit = "inter-eye distances",
       .summary = "distance of the print's dots",
       .min = 0.005,
       .max = 0.5,
       .default_value = 0.022},
      {.name = "sensor_pitch",
       .unit = "inter-eye distances",
       .summary = "distance of the scanner's samples",
       .min = 0.005,
       .max = 0.5,
       .default_value = 0.0325},
      {.name = "skew_deg",
       .unit = "deg",
       .summary = "turn of the print on the scanner",
       .min = -45,
       .max = 45,
       .default_value = 3.0},
      {.name = "black_share",
       .unit = "fraction",
       .summary = "grey replaced by black ink",
       .min = 0,
       .max = 1,
       .default_value = 0.6},
  };
  spec.strength = "transfer";
  spec.ladder = {0.04, 0.08, 0.15, 0.27, 0.45};
  spec.ladder_source = "own: from a trace of moire to a lens that hardly filters";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const Scan scan = {params.number("screen_pitch"), params.number("sensor_pitch"),
                       params.number("skew_deg"), lens_blur(params.number("transfer"))};
    const Press press = {0.0, params.number("black_share")};
    return [=](const Image& image, const Frame& frame, const RandomStream&) {
      const FaceAxes axes(frame, image.bgr().size());
      return printed(image, axes, beating_screens(scan, axes.unit_px()), press);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
