// SPDX-License-Identifier: Apache-2.0
// Saturation of the HSV cone scaled: above 1 as a phone's "vivid" mode, below 1 towards grey. Hue and
// value (the largest channel) stay: channel = V - (V - channel) * factor, the factor at most 1 / S so
// that the smallest channel ends at 0. In encoded values, where image editors do it. ImageNet-C's own
// saturate mixes both directions in one table, which is not monotone.
#include <algorithm>
#include <cstdint>

#include "perturb/perturbation.h"
#include "perturb/srgb.h"

namespace robench::perturbations {
namespace {

Image saturated(const Image& image, float factor) {
  cv::Mat out(image.bgr().size(), CV_8UC3);
  for (int y = 0; y < out.rows; ++y) {
    const auto* from = image.bgr().ptr<cv::Vec3b>(y);
    auto* to = out.ptr<cv::Vec3b>(y);
    for (int x = 0; x < out.cols; ++x) {
      const cv::Vec3b& pixel = from[x];
      const int value = std::max({pixel[0], pixel[1], pixel[2]});
      const int chroma = value - std::min({pixel[0], pixel[1], pixel[2]});
      // Chroma over value is the saturation, which ends at 1.
      const auto top = static_cast<float>(value);
      const float scale = chroma == 0 ? 1.0F : std::min(factor, top / static_cast<float>(chroma));
      for (int c = 0; c < 3; ++c)
        to[x][c] = static_cast<std::uint8_t>(top - static_cast<float>(value - pixel[c]) * scale + 0.5F);
    }
  }
  return Image(out);
}

}  // namespace

PerturbationSpec saturate() {
  PerturbationSpec spec;
  spec.name = "saturate";
  spec.summary = "HSV saturation scaled: above 1 more colour, below 1 towards grey";
  spec.params = {{.name = "factor",
                  .unit = "ratio",
                  .summary = "factor of the saturation, 0 = grey",
                  .min = 0,
                  .max = 100}};
  spec.keeps_grey = true;
  spec.strength = "factor";
  spec.ladder = {1.25, 1.6, 2, 2.5, 3.2};
  spec.ladder_source = "own: steps of a factor 1.25, the R10 series of ISO 3 rounded";
  spec.neutral = 1.0;
  spec.make = [](const Params& params) -> Perturber {
    const auto factor = static_cast<float>(params.number("factor"));
    return [factor](const Image& image, const Frame&, const RandomStream&) {
      return saturated(image, factor);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
