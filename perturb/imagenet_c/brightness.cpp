// SPDX-License-Identifier: Apache-2.0
// Brightness of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): HSV value plus a constant, clipped.
// Hue and saturation stay, so the channels scale together; only black, which has no hue, turns grey.
// Unlike lighting's brightness it rounds down, as ImageNet-C does.
#include <algorithm>
#include <array>
#include <cmath>

#include "perturb/imagenet_c.h"
#include "perturb/pixel_floor.h"

namespace robench::imagenet_c {
namespace {

// Of a pixel whose largest channel is v: new over old value, and what is added where v is 0.
struct Brightening {
  std::array<float, 256> ratio{};
  std::array<float, 256> base{};
};

Brightening brightening(double shift) {
  Brightening table;
  table.base[0] = static_cast<float>(255 * shift);
  for (std::size_t v = 1; v < 256; ++v) {
    const double value = static_cast<double>(v) / 255.0;
    table.ratio[v] = static_cast<float>(std::min(value + shift, 1.0) / value);
  }
  return table;
}

Image brightened(const Image& image, const Brightening& table) {
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    const std::uint8_t* from = image.bgr().ptr(y);
    std::uint8_t* to = out.ptr(y);
    for (int x = 0; x < 3 * image.width(); x += 3) {
      const std::uint8_t largest = std::max({from[x], from[x + 1], from[x + 2]});
      const float ratio = table.ratio[largest];
      const float base = table.base[largest];
      for (int c = x; c < x + 3; ++c) to[c] = floored(base + ratio * static_cast<float>(from[c]));
    }
  }
  return Image(out);
}

}  // namespace

PerturbationSpec brightness() {
  static constexpr LevelTables<double> kShift = {{.1, .2, .3, .4, .5}, {.05, .1, .15, .2, .3}};
  PerturbationSpec spec =
      imagenet_c_spec("brightness", "HSV value shifted up, clipped", "HSV value + .1, .2, .3, .4, .5");
  spec.keeps_grey = true;
  spec.make = [](const Params& params) -> Perturber {
    return
        [table = brightening(kShift.at(params))](const Image& image, const Frame&, const RandomStream&) {
          return brightened(image, table);
        };
  };
  return spec;
}

}  // namespace robench::imagenet_c
