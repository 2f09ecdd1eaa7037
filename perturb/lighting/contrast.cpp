// SPDX-License-Identifier: Apache-2.0
// ImageNet-C's contrast (Hendrycks and Dietterich 2019): the distance of each encoded value from the
// picture's mean, channel by channel, times a factor. Above 1 the contrast rises and clips.
// Differs from imagecorruptions 1.1 in rounding to the nearest pixel value instead of down.
#include "perturb/perturbation.h"
#include "perturb/srgb.h"

namespace robench::perturbations {
namespace {

// Mean encoded value of each channel in [0, 1]; integer sums, so exact at any size.
std::array<double, 3> channel_means(const Image& image) {
  std::array<std::uint64_t, 3> sum{};
  for (int y = 0; y < image.height(); ++y) {
    const std::uint8_t* row = image.bgr().ptr(y);
    for (int x = 0; x < 3 * image.width(); x += 3) {
      for (std::size_t c = 0; c < 3; ++c) sum[c] += row[static_cast<std::size_t>(x) + c];
    }
  }
  const double top = 255.0 * image.width() * image.height();
  return {static_cast<double>(sum[0]) / top, static_cast<double>(sum[1]) / top,
          static_cast<double>(sum[2]) / top};
}

}  // namespace

PerturbationSpec contrast() {
  PerturbationSpec spec;
  spec.name = "contrast";
  spec.summary = "distance from the picture's mean scaled, below 1 flatter";
  spec.params = {{.name = "factor",
                  .unit = "ratio",
                  .summary = "new over old distance from the mean",
                  .min = 0,
                  .max = 5}};
  spec.keeps_grey = true;
  spec.strength = "factor";
  spec.ladder = {0.4, 0.3, 0.2, 0.1, 0.05};
  spec.ladder_source = "ImageNet-C contrast (imagecorruptions 1.1)";
  spec.neutral = 1.0;
  spec.make = [](const Params& params) -> Perturber {
    return [factor = params.number("factor")](const Image& image, const Frame&, const RandomStream&) {
      const std::array<double, 3> means = channel_means(image);
      std::array<PixelTable, 3> tables;
      for (std::size_t c = 0; c < 3; ++c) {
        tables[c] =
            table_of_encoded([&](double value) { return (value - means[c]) * factor + means[c]; });
      }
      return apply_tables(image, tables);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
