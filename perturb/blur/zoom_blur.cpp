// SPDX-License-Identifier: Apache-2.0
// The zoom is turned, or the subject comes nearer, during the exposure: the mean of the picture at all
// scales from 1 / sqrt(1 + zoom) to sqrt(1 + zoom), even in their logarithm, in linear light. About 1,
// so that the face keeps its size.
// Scales form a group, so the mean of n * m of them is the mean of m coarse ones of the mean of n fine
// ones.
#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "perturb/face_axes.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {
namespace {

cv::Mat scaled(const cv::Mat& light, cv::Point2d centre, double factor) {
  const cv::Matx23d source_from_target(1 / factor, 0, centre.x - centre.x / factor,  //
                                       0, 1 / factor, centre.y - centre.y / factor);
  cv::Mat out;
  cv::warpAffine(light, out, source_from_target, light.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REFLECT);
  return out;
}

// The mean of `count` scales, `log_step` apart, about 1.
cv::Mat mean_of_scales(const cv::Mat& light, cv::Point2d centre, int count, double log_step) {
  cv::Mat sum = cv::Mat::zeros(light.size(), light.type());
  for (int i = 0; i < count; ++i)
    sum += scaled(light, centre, std::exp((i - 0.5 * (count - 1)) * log_step));
  return sum / count;
}

// How far the picture's furthest corner moves in all.
double longest_way(cv::Size size, cv::Point2d centre, double log_zoom) {
  const double x = std::max(centre.x, size.width - centre.x);
  const double y = std::max(centre.y, size.height - centre.y);
  return std::hypot(x, y) * log_zoom;
}

Image zoomed(const Image& image, cv::Point2d centre, double log_zoom) {
  constexpr double kStepPx = 1.5;  // at the furthest corner; interpolation closes the gaps
  constexpr int kMostScales = 16;  // of each of the two passes
  const double scales = longest_way(image.bgr().size(), centre, log_zoom) / kStepPx;
  const int count = std::clamp(static_cast<int>(std::ceil(std::sqrt(scales))), 1, kMostScales);
  const double coarse = log_zoom / count;
  const cv::Mat fine = mean_of_scales(linear_light(image), centre, count, coarse / count);
  return from_linear_light(mean_of_scales(fine, centre, count, coarse));
}

}  // namespace

PerturbationSpec zoom_blur() {
  PerturbationSpec spec;
  spec.name = "zoom_blur";
  spec.summary = "the picture grows during the exposure: sharp in the middle, radial streaks around";
  spec.params = {
      {.name = "zoom", .unit = "fraction", .summary = "growth during the exposure", .min = 0, .max = 2},
      {.name = "centre",
       .kind = ParamKind::choice,
       .summary = "what stays in its place",
       .choices = {"face", "picture"},
       .default_value = "face"},
  };
  spec.keeps_grey = true;
  spec.strength = "zoom";
  spec.ladder = {0.11, 0.16, 0.21, 0.26, 0.31};
  spec.ladder_source = "ImageNet-C zoom_blur";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const double log_zoom = std::log1p(params.number("zoom"));
    const bool about_face = params.choice("centre") == "face";
    return [=](const Image& image, const Frame& frame, const RandomStream&) {
      const cv::Size size = image.bgr().size();
      const cv::Point2f picture_centre(static_cast<float>(size.width - 1) / 2,
                                       static_cast<float>(size.height - 1) / 2);
      const cv::Point2f between_eyes_and_mouth = FaceAxes(frame, size).to_pixel({0, 0.5F});
      return zoomed(image, about_face ? between_eyes_and_mouth : picture_centre, log_zoom);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
