// SPDX-License-Identifier: Apache-2.0
// Shot noise of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): for each encoded value v in 0..1 a
// Poisson number of mean c v, divided by c and clipped.
//
// Drawn by inversion: of each pixel value, the distribution function in steps of 2^-32, and the count at
// which the search begins for the upper 8 bits of the random word (guide table; Chen and Asau 1974). So
// one word serves all levels: where a level's picture is brighter than expected, so is the next one's.
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_noise.h"

namespace robench::imagenet_c {
namespace {

// Counts from `photons` of a white pixel on are clipped to white, so no table is longer than that.
class PoissonPixels {
 public:
  explicit PoissonPixels(int photons)
      : row_(static_cast<std::size_t>(photons) + 1), below_(256 * row_), guide_(256 * 256) {
    for (int k = 0; k <= photons; ++k)
      pixel_of_count_.push_back(static_cast<std::uint8_t>(255 * k / photons));
    for (std::size_t v = 0; v < 256; ++v) tabulate(v, photons * static_cast<double>(v) / 255.0);
  }

  [[nodiscard]] std::uint8_t draw(std::uint8_t value, std::uint32_t word) const {
    const std::uint64_t* below = &below_[value * row_];
    std::size_t count = guide_[std::size_t{256} * value + (word >> 24)];
    while (word >= below[count]) ++count;
    return pixel_of_count_[count];
  }

 private:
  void tabulate(std::size_t value, double mean) {
    std::uint64_t* below = &below_[value * row_];
    double probability = std::exp(-mean);
    double sum = 0;
    for (std::size_t k = 0; k + 1 < row_; ++k) {
      sum += probability;
      below[k] = static_cast<std::uint64_t>(sum * 0x1p32);
      probability *= mean / static_cast<double>(k + 1);
    }
    below[row_ - 1] = std::uint64_t{1} << 32;  // no word reaches it
    std::size_t count = 0;
    for (std::uint64_t cell = 0; cell < 256; ++cell) {
      while (cell << 24 >= below[count]) ++count;
      guide_[256 * value + cell] = static_cast<std::uint16_t>(count);
    }
  }

  std::size_t row_;
  std::vector<std::uint64_t> below_;  // 2^32 times the probability of at most so many photons
  std::vector<std::uint16_t> guide_;
  std::vector<std::uint8_t> pixel_of_count_;
};

Image with_shot_noise(const Image& image, const PoissonPixels& pixels, const RandomStream& stream) {
  const auto row_values = 3 * static_cast<std::size_t>(image.width());
  const std::uint64_t stride = row_stride_of_random_numbers(row_values);
  std::vector<std::uint32_t> words(row_values);
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    stream.fill_words(static_cast<std::uint64_t>(y) * stride, words.data(), row_values);
    const std::uint8_t* from = image.bgr().ptr(y);
    std::uint8_t* to = out.ptr(y);
    for (std::size_t i = 0; i < row_values; ++i) to[i] = pixels.draw(from[i], words[i]);
  }
  return Image(out);
}

}  // namespace

PerturbationSpec shot_noise() {
  static constexpr LevelTables<int> kPhotons = {{60, 25, 12, 5, 3}, {500, 250, 100, 75, 50}};
  PerturbationSpec spec =
      imagenet_c_spec("shot_noise", "Poisson noise of few photons in every encoded value",
                      "60, 25, 12, 5, 3 photons of white");
  spec.random = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.make = [](const Params& params) -> Perturber {
    return [pixels = std::make_shared<const PoissonPixels>(kPhotons.at(params))](
               const Image& image, const Frame&, const RandomStream& stream) {
      return with_shot_noise(image, *pixels, stream);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
