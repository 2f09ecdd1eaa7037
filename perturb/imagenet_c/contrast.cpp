// SPDX-License-Identifier: Apache-2.0
// Contrast of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): the distance of each encoded value from
// the picture's mean, channel by channel, times a factor. Unlike lighting's contrast it rounds down, as
// ImageNet-C does.
#include <algorithm>
#include <array>
#include <cstdint>

#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/srgb.h"

namespace robench::imagenet_c {
namespace {

// Sums of the channels; whole numbers, so exact at any size.
std::array<std::uint64_t, 3> channel_sums(const Image& image) {
  std::array<std::uint64_t, 3> sums{};
  for (int y = 0; y < image.height(); ++y) {
    const std::uint8_t* row = image.bgr().ptr(y);
    for (int x = 0; x < 3 * image.width(); x += 3) {
      for (std::size_t c = 0; c < 3; ++c) sums[c] += row[static_cast<std::size_t>(x) + c];
    }
  }
  return sums;
}

PixelTable flattening(double mean, double factor) {
  PixelTable table;
  for (std::size_t v = 0; v < table.size(); ++v) {
    const double value = (static_cast<double>(v) / 255.0 - mean) * factor + mean;
    table[v] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 1.0) * 255);
  }
  return table;
}

}  // namespace

PerturbationSpec contrast() {
  static constexpr LevelTables<double> kFactor = {{.4, .3, .2, .1, .05}, {.75, .5, .4, .3, .15}};
  PerturbationSpec spec = imagenet_c_spec("contrast", "distance from the picture's mean scaled down",
                                          "factor .4, .3, .2, .1, .05");
  spec.keeps_grey = true;
  spec.make = [](const Params& params) -> Perturber {
    return [factor = kFactor.at(params)](const Image& image, const Frame&, const RandomStream&) {
      const double white = 255.0 * image.width() * image.height();
      const std::array<std::uint64_t, 3> sums = channel_sums(image);
      std::array<PixelTable, 3> tables;
      for (std::size_t c = 0; c < 3; ++c)
        tables[c] = flattening(static_cast<double>(sums[c]) / white, factor);
      return apply_tables(image, tables);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
