// SPDX-License-Identifier: Apache-2.0
// A face far away or taken by a poor camera: few pixels between the eyes, enlarged again. The sensor's
// pixels sum up linear light over their area; the enlargement interpolates encoded values, as players
// and viewers do. For a passport ISO/IEC 19794-5 asks for 90 px between the eyes.
#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "perturb/face_axes.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {
namespace {

Image enlarged_again(const Image& image, double scale, int interpolation) {
  const cv::Size size = image.bgr().size();
  const auto scaled = [&](int side) { return std::max(1, cvRound(side * scale)); };
  cv::Mat small;
  cv::resize(linear_light(image), small, {scaled(size.width), scaled(size.height)}, 0, 0,
             cv::INTER_AREA);
  cv::Mat large;
  cv::resize(from_linear_light(small).bgr(), large, size, 0, 0, interpolation);
  return Image(large);
}

}  // namespace

PerturbationSpec low_resolution() {
  PerturbationSpec spec;
  spec.name = "low_resolution";
  spec.summary = "few pixels across the face, enlarged again";
  spec.params = {
      {.name = "inter_eye_px",
       .unit = "px between the eyes",
       .summary = "resolution left; a face that has less is unchanged",
       .min = 1,
       .max = 10000},
      {.name = "enlarged_by",
       .kind = ParamKind::choice,
       .summary = "interpolation of the enlargement",
       .choices = {"cubic", "linear"},
       .default_value = "cubic"},
  };
  spec.keeps_grey = true;
  spec.strength = "inter_eye_px";
  spec.ladder = {32, 24, 16, 12, 8};
  spec.ladder_source =
      "own: halved every two steps, from a good webcam's face to one that a human just knows";
  spec.no_neutral_reason = "a face is unchanged from its own resolution on, and that differs";
  spec.make = [](const Params& params) -> Perturber {
    const double inter_eye_px = params.number("inter_eye_px");
    const int interpolation =
        params.choice("enlarged_by") == "cubic" ? cv::INTER_CUBIC : cv::INTER_LINEAR;
    return [=](const Image& image, const Frame& frame, const RandomStream&) {
      const double scale = inter_eye_px / FaceAxes(frame, image.bgr().size()).unit_px();
      return enlarged_again(image, std::min(1.0, scale), interpolation);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
