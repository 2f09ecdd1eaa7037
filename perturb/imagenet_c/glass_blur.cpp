// SPDX-License-Identifier: Apache-2.0
// Glass blur of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): a Gaussian, then every pixel takes the
// value of a random neighbour, from the bottom right up, then the Gaussian again.
//
// The paper speaks of pixels that change places. The published code, and so ImageNet-C, copies instead:
// its exchange of two NumPy views overwrites the first before it is read. Here it is a copy as well.
#include <cstdint>
#include <vector>

#include "perturb/imagenet_c/parts/gaussian_filter.h"
#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_noise.h"

namespace robench::imagenet_c {
namespace {

struct Glass {
  double sigma;
  int reach;  // offsets are -reach to reach - 1
  int rounds;
};

// An offset by 16 random bits.
int offset(std::uint32_t bits, int reach) {
  return static_cast<int>(bits * 2 * static_cast<std::uint32_t>(reach) >> 16) - reach;
}

void scatter(cv::Mat& bgr, const Glass& glass, const RandomStream& stream) {
  const std::uint64_t stride = row_stride_of_random_numbers(static_cast<std::uint64_t>(bgr.cols));
  std::vector<std::uint32_t> words(static_cast<std::size_t>(bgr.cols));
  for (int y = bgr.rows - glass.reach; y > glass.reach; --y) {
    stream.fill_words(static_cast<std::uint64_t>(y) * stride, words.data(), words.size());
    auto* row = bgr.ptr<cv::Vec3b>(y);
    for (int x = bgr.cols - glass.reach; x > glass.reach; --x) {
      const std::uint32_t word = words[static_cast<std::size_t>(x)];
      const int dy = offset(word >> 16, glass.reach);
      const int dx = offset(word & 0xFFFFU, glass.reach);
      row[x] = bgr.ptr<cv::Vec3b>(y + dy)[x + dx];
    }
  }
}

Image seen_through(const Image& image, const Glass& glass, const RandomStream& stream) {
  cv::Mat scattered = gaussian_blurred(image, glass.sigma).bgr().clone();
  for (int round = 0; round < glass.rounds; ++round) {
    scatter(scattered, glass, stream.fork(round == 0 ? "round 1" : round == 1 ? "round 2" : "round 3"));
  }
  return gaussian_blurred(Image(scattered), glass.sigma);
}

}  // namespace

PerturbationSpec glass_blur() {
  static constexpr LevelTables<Glass> kGlass = {
      {{{.7, 1, 2}, {.9, 2, 1}, {1, 2, 3}, {1.1, 3, 2}, {1.5, 4, 2}}},
      {{{.05, 1, 1}, {.25, 1, 1}, {.4, 1, 1}, {.25, 1, 2}, {.4, 1, 2}}}};
  PerturbationSpec spec = imagenet_c_spec(
      "glass_blur", "pixels scattered to near places, as by frosted glass",
      "(sigma px, reach px, rounds) (.7, 1, 2), (.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2)");
  spec.random = true;
  spec.keeps_grey = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.not_monotone_reason = "as published: level 4 has fewer rounds than level 3";
  spec.make = [](const Params& params) -> Perturber {
    return [glass = kGlass.at(params)](const Image& image, const Frame&, const RandomStream& stream) {
      return seen_through(image, glass, stream);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
