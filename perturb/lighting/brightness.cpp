// SPDX-License-Identifier: Apache-2.0
// ImageNet-C's brightness (Hendrycks and Dietterich 2019): HSV value plus a constant. Hue and saturation
// stay, so the three channels scale together; only black, which has no hue, turns grey.
// Differs from imagecorruptions 1.1 in rounding to the nearest pixel value instead of down.
#include <algorithm>
#include <cmath>

#include "perturb/perturbation.h"
#include "perturb/srgb.h"

namespace robench::perturbations {
namespace {

// ratio[v] = new over old HSV value of a pixel whose largest channel is v.
std::array<float, 256> ratios(double shift) {
  std::array<float, 256> ratio{};
  for (std::size_t v = 1; v < ratio.size(); ++v) {
    const double value = static_cast<double>(v) / 255.0;
    ratio[v] = static_cast<float>(std::clamp(value + shift, 0.0, 1.0) / value);
  }
  return ratio;
}

Image brightened(const Image& image, const std::array<float, 256>& ratio, std::uint8_t black) {
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    const std::uint8_t* from = image.bgr().ptr(y);
    std::uint8_t* to = out.ptr(y);
    for (int x = 0; x < 3 * image.width(); x += 3) {
      const std::uint8_t largest = std::max({from[x], from[x + 1], from[x + 2]});
      const float base = largest == 0 ? black + 0.5F : 0.5F;  // the half rounds
      for (int c = x; c < x + 3; ++c) to[c] = static_cast<std::uint8_t>(ratio[largest] * from[c] + base);
    }
  }
  return Image(out);
}

}  // namespace

PerturbationSpec brightness() {
  PerturbationSpec spec;
  spec.name = "brightness";
  spec.summary = "HSV value shifted up (positive) or down, clipped";
  spec.params = {{.name = "shift",
                  .unit = "HSV value",
                  .summary = "added to the HSV value in 0..1",
                  .min = -1,
                  .max = 1}};
  spec.keeps_grey = true;
  spec.strength = "shift";
  spec.ladder = {0.1, 0.2, 0.3, 0.4, 0.5};
  spec.ladder_source = "ImageNet-C brightness (imagecorruptions 1.1)";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const double shift = params.number("shift");
    return [ratio = ratios(shift), black = pixel_of_encoded(shift)](const Image& image, const Frame&,
                                                                    const RandomStream&) {
      return brightened(image, ratio, black);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
