// SPDX-License-Identifier: Apache-2.0
// The face behind frosted glass: each small facet of the glass bends the light to another place, and
// around each place the finer frost blurs. Places move by a smooth random field that is tied to the
// face, in linear light. ImageNet-C shuffles pixels instead, which depends on their size.
#include <opencv2/imgproc.hpp>

#include "perturb/blur/parts/point_spread.h"
#include "perturb/face_axes.h"
#include "perturb/gaussian_blurred.h"
#include "perturb/grain_field.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {
namespace {

constexpr double kFrost = 0.7;  // standard deviation of the blur over that of the displacement

cv::Mat behind_facets(const cv::Mat& light, const GrainField& facets, double displacement_px) {
  cv::Mat places(light.size(), CV_32FC2);
  const auto amount = static_cast<float>(displacement_px * facets.amplitude);
  for (int y = 0; y < light.rows; ++y) {
    const cv::Vec2f* facet = facets.values.ptr<cv::Vec2f>(y);
    cv::Vec2f* place = places.ptr<cv::Vec2f>(y);
    for (int x = 0; x < light.cols; ++x)
      place[x] = cv::Vec2f(static_cast<float>(x), static_cast<float>(y)) + amount * facet[x];
  }
  cv::Mat seen;
  cv::remap(light, seen, places, {}, cv::INTER_LINEAR, cv::BORDER_REFLECT);
  return seen;
}

}  // namespace

PerturbationSpec glass_blur() {
  PerturbationSpec spec;
  spec.name = "glass_blur";
  spec.summary = "behind frosted glass: every place shifted at random, and blurred";
  spec.params = {
      {.name = "displacement",
       .unit = "inter-eye distances",
       .summary = "standard deviation of the shift on each axis",
       .min = 0,
       .max = 1},
      {.name = "grain",
       .unit = "inter-eye distances",
       .summary = "width of a facet of the glass",
       .min = 0.01,
       .max = 1,
       .default_value = 0.06},
  };
  spec.keeps_grey = true;
  spec.random = true;
  spec.strength = "displacement";
  spec.ladder = {0.012, 0.016, 0.028, 0.035, 0.046};
  spec.ladder_source =
      "ImageNet-C glass_blur at 224 px (eyes 70.5 px apart): standard deviation of its shifts, d sqrt(k "
      "/ 3) "
      "for k passes of up to d px";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const double displacement = params.number("displacement");
    const double grain = params.number("grain");
    return [=](const Image& image, const Frame& frame, const RandomStream& stream) {
      const cv::Size size = image.bgr().size();
      const FaceAxes axes(frame, size);
      const double shift_px = spread_px(axes, size, displacement);
      const GrainField facets = grain_field(stream, axes, size, grain, 2);
      const cv::Mat seen = behind_facets(linear_light(image), facets, shift_px);
      return from_linear_light(gaussian_blurred(seen, kFrost * shift_px));
    };
  };
  return spec;
}

}  // namespace robench::perturbations
