// SPDX-License-Identifier: Apache-2.0
// Salt and pepper: a share of the picture is white or black, as from dead and hot photosites, dust on a
// scan or bits lost on the way. Specks lie where one random field is furthest from its mean, so a higher
// severity keeps those of the lower ones.
// The width of a speck is tied to the face, see gaussian_noise.cpp; the share holds at every resolution.
// A speck beyond 1.7 standard deviations covers about a third of a squared grain (level crossings of a
// normal field: 2 pi / (1.7^2 * 1.4) of a squared pitch), so with the default a pixel of the 112-px
// crop.
#include <cmath>
#include <numbers>

#include "perturb/face_axes.h"
#include "perturb/grain_field.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {
namespace {

// The distance from the mean that a standard normal number exceeds with this probability.
double exceeded_with(double probability) {
  double low = 0;
  double high = 9;  // RandomStream's numbers stay below 5.8
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (std::erfc(middle / std::numbers::sqrt2) > probability ? low : high) = middle;
  }
  return high;
}

Image specked(const Image& image, const cv::Mat& field, float threshold) {
  cv::Mat out = image.bgr().clone();
  for (int y = 0; y < out.rows; ++y) {
    const float* value = field.ptr<float>(y);
    cv::Vec3b* to = out.ptr<cv::Vec3b>(y);
    for (int x = 0; x < out.cols; ++x) {
      if (std::abs(value[x]) > threshold) to[x] = cv::Vec3b::all(value[x] > 0 ? 255 : 0);
    }
  }
  return Image(out);
}

}  // namespace

PerturbationSpec impulse_noise() {
  PerturbationSpec spec;
  spec.name = "impulse_noise";
  spec.summary = "salt and pepper: a share of the picture is white or black";
  spec.params = {
      {.name = "share",
       .unit = "fraction",
       .summary = "share of the picture, half of it white",
       .min = 0,
       .max = 1},
      {.name = "grain",
       .unit = "inter-eye distances",
       .summary = "width of a grain of the field that the specks are cut from",
       .min = 0.001,
       .max = 1,
       .default_value = 0.048},
  };
  spec.keeps_grey = true;
  spec.random = true;
  spec.strength = "share";
  spec.ladder = {0.03, 0.06, 0.09, 0.17, 0.27};
  spec.ladder_source = "ImageNet-C impulse_noise, whole pixels instead of single channels";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const auto threshold = static_cast<float>(exceeded_with(params.number("share")));
    const double grain = params.number("grain");
    return [=](const Image& image, const Frame& frame, const RandomStream& stream) {
      const cv::Size size = image.bgr().size();
      const GrainField field = grain_field(stream, FaceAxes(frame, size), size, grain, 1);
      return specked(image, field.values, threshold);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
