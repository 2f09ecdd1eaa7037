// SPDX-License-Identifier: Apache-2.0
// Brightness of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): HSV value plus a constant, clipped.
// Hue and saturation stay, so the channels scale together; only black, which has no hue, turns grey.
// Unlike lighting's brightness it rounds down, as ImageNet-C does.
#include <algorithm>
#include <array>
#include <cstdint>

#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_floor.h"

namespace robench::imagenet_c {
namespace {

// Of a pixel whose largest channel is v: what that channel becomes, in the published order of double
// precision, for v + 51 is whole and may come out just below; and new over old value for the others.
struct Brightening {
  std::array<std::uint8_t, 256> largest{};
  std::array<float, 256> ratio{};
};

Brightening brightening(double shift) {
  Brightening table;
  for (std::size_t v = 0; v < 256; ++v) {
    const double value = static_cast<double>(v) / 255.0;
    const double raised = std::min(value + shift, 1.0);
    table.largest[v] = static_cast<std::uint8_t>(raised * 255);
    table.ratio[v] = v == 0 ? 0.0F : static_cast<float>(raised / value);
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
      for (int c = x; c < x + 3; ++c) {
        to[c] =
            from[c] == largest ? table.largest[largest] : floored(ratio * static_cast<float>(from[c]));
      }
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
