// SPDX-License-Identifier: Apache-2.0
// The picture as a flat sheet that is turned away from the camera: a print or a screen photographed
// at an angle. A pinhole camera stands `distance` in front of the midpoint of the eyes; the sheet turns
// about the face's vertical (`left`, `right`: that side of the sheet goes away) or horizontal axis
// (`up`, `down`). For a turn to the right by t, a point (u, v) of the sheet lies at depth
// distance + u sin t and is seen at (u cos t, v) * distance / depth (Hartley and Zisserman, "Multiple
// View Geometry", 2nd ed. 2004, ch. 6).
// A flat sheet has no relief: this is not a head that turns.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "perturb/warp.h"

namespace robench::perturbations {
namespace {

// Depths below this share of the distance are behind the horizon; there the border is repeated.
constexpr double kNearestDepth = 0.05;

struct Sheet {
  double cosine;
  double sine;
  double distance;
  bool upright_axis;  // turns about the vertical

  // Coordinates across the axis first.
  [[nodiscard]] cv::Point2d across_first(cv::Point2d p) const {
    return upright_axis ? p : cv::Point2d(p.y, p.x);
  }
  [[nodiscard]] cv::Point2d seen(cv::Point2d on_sheet) const {
    const cv::Point2d p = across_first(on_sheet);
    const double scale = distance / std::max(distance + p.x * sine, kNearestDepth * distance);
    return across_first({p.x * cosine * scale, p.y * scale});
  }
  [[nodiscard]] cv::Point2d on_sheet(cv::Point2d seen) const {
    const cv::Point2d p = across_first(seen);
    const double across =
        p.x * distance / std::max(distance * cosine - p.x * sine, kNearestDepth * distance);
    return across_first({across, p.y * (distance + across * sine) / distance});
  }
};

Sheet sheet_of(const Params& params) {
  const double angle = params.number("tilt_deg") * std::numbers::pi / 180;
  const std::string& away = params.choice("direction");
  const double sign = away == "right" || away == "down" ? 1 : -1;
  return {std::cos(angle), sign * std::sin(angle), params.number("distance"),
          away == "left" || away == "right"};
}

Perturbed turned(const Image& image, const Frame& frame, const Sheet& sheet) {
  const FaceAxes axes(frame, image.bgr().size());
  Perturbed result(warped(image, source_map(image.bgr().size(), [&](cv::Point2f pixel) {
                            return axes.to_pixel(cv::Point2f(sheet.on_sheet(axes.from_pixel(pixel))));
                          })));
  result.landmarks = frame.landmarks;
  for (cv::Point2f& point : result.landmarks->points)
    point = axes.to_pixel(cv::Point2f(sheet.seen(axes.from_pixel(point))));
  return result;
}

}  // namespace

PerturbationSpec perspective() {
  PerturbationSpec spec;
  spec.name = "perspective";
  spec.summary = "a flat picture photographed at an angle";
  spec.params = {
      {.name = "tilt_deg",
       .unit = "deg",
       .summary = "turn of the sheet out of the image plane",
       .min = 0,
       .max = 75},
      {.name = "direction",
       .kind = ParamKind::choice,
       .summary = "the side of the sheet that goes away from the camera",
       .choices = {"left", "right", "up", "down"},
       .default_value = "right"},
      {.name = "distance",
       .unit = "inter-eye distance",
       .summary = "from camera to sheet",
       .min = 3,
       .max = 1000,
       .default_value = 10.0},
  };
  spec.keeps_grey = true;
  spec.alignment_error = true;
  spec.strength = "tilt_deg";
  spec.ladder = {10, 20, 30, 40, 50};
  spec.ladder_source = "own: steps of 10 degrees; at 50 the face keeps two thirds of its width";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    return [sheet = sheet_of(params)](const Image& image, const Frame& frame, const RandomStream&) {
      return turned(image, frame, sheet);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
