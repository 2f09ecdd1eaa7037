// SPDX-License-Identifier: Apache-2.0
// Impulse noise of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): a share of all values, each channel
// on its own, becomes 0 or 255 with equal chance.
#include <cstdint>
#include <vector>

#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_noise.h"
#include "perturb/vector_clones.h"

namespace robench::imagenet_c {
namespace {

// The word's size decides whether, its last bit which: values hit at one level stay hit at the next.
ROBENCH_VECTOR_CLONES void hit(const std::uint8_t* from, const std::uint32_t* words,
                               std::uint32_t threshold, int count, std::uint8_t* to) {
  for (int i = 0; i < count; ++i) {
    const auto impulse = static_cast<std::uint8_t>(0U - (words[i] & 1U));  // 0 or 255
    to[i] = words[i] < threshold ? impulse : from[i];
  }
}

Image with_impulses(const Image& image, std::uint32_t threshold, const RandomStream& stream) {
  const int row_values = 3 * image.width();
  const std::uint64_t stride = row_stride_of_random_numbers(static_cast<std::uint64_t>(row_values));
  std::vector<std::uint32_t> words(static_cast<std::size_t>(row_values));
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    stream.fill_words(static_cast<std::uint64_t>(y) * stride, words.data(), words.size());
    hit(image.bgr().ptr(y), words.data(), threshold, row_values, out.ptr(y));
  }
  return Image(out);
}

}  // namespace

PerturbationSpec impulse_noise() {
  static constexpr LevelTables<double> kAmount = {{.03, .06, .09, .17, .27}, {.01, .02, .03, .05, .07}};
  PerturbationSpec spec = imagenet_c_spec("impulse_noise", "a share of all values becomes 0 or 255",
                                          "share .03, .06, .09, .17, .27");
  spec.random = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.make = [](const Params& params) -> Perturber {
    const auto threshold = static_cast<std::uint32_t>(kAmount.at(params) * 0x1p32);
    return [threshold](const Image& image, const Frame&, const RandomStream& stream) {
      return with_impulses(image, threshold, stream);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
