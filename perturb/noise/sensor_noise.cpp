// SPDX-License-Identifier: Apache-2.0
// A camera at a high ISO value: the exposure is 2^-ev of what it was, and the gain brings all of it
// back. Each photosite of an RGGB mosaic sees one colour and has photon noise and read noise; the
// demosaic spreads them over neighbours and channels, which makes the coloured blotches of real
// pictures. In electrons, as EMVA 1288 (release 4.0, section 2) has it: a site with N electrons has
// variance N + read_noise^2. Blue and red sites see less of white than green ones; the white balance
// amplifies them. The photograph already carries the noise of its own exposure; what is added is the
// difference, as in lighting/low_light.cpp: with t = 2^-ev, of t (1 - t) N + (1 - t^2) read^2, over t.
// Demosaicing is linear (bilinear), so the noise goes through it alone and the picture keeps its detail:
// it went through a demosaic already.
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "perturb/linear_light.h"
#include "perturb/perturbation.h"
#include "perturb/srgb.h"

namespace robench::perturbations {
namespace {

// White balance for daylight; own: between those of common cameras, whose green sites see about twice
// as much as the red ones.
constexpr std::array<double, 3> kBalance = {1.6, 1.0, 2.0};  // blue, green, red

// Standard deviation of the added noise of each pixel value at a site of each colour, in linear light.
using SiteNoise = std::array<std::array<float, 256>, 3>;

SiteNoise site_noise(const Params& params) {
  const double left = std::exp2(-params.number("ev"));
  const double white = params.number("white_electrons");
  const double read = params.number("read_noise_electrons");
  SiteNoise noise{};
  for (std::size_t colour = 0; colour < 3; ++colour) {
    const double white_of_site = white / kBalance[colour];
    for (std::size_t v = 0; v < 256; ++v) {
      const double electrons = white_of_site * linear_from_srgb(static_cast<double>(v) / 255.0);
      const double variance = left * (1 - left) * electrons + (1 - left * left) * read * read;
      noise[colour][v] = static_cast<float>(std::sqrt(variance) / (left * white_of_site));
    }
  }
  return noise;
}

// Of an RGGB mosaic: red where both are even, blue where both are odd.
std::size_t colour_of_site(int x, int y) {
  if (x % 2 != y % 2) return 1;
  return x % 2 == 0 ? 2 : 0;
}

// The noise of each site, in the channel of its colour.
cv::Mat mosaic_of_noise(const Image& image, const SiteNoise& noise, const RandomStream& stream) {
  const auto width = static_cast<std::size_t>(image.width());
  const std::uint64_t row_stride = (width + 3) / 4 * 4;  // fill_normal begins at multiples of 4
  std::vector<float> normals(width);
  cv::Mat mosaic = cv::Mat::zeros(image.bgr().size(), CV_32FC3);
  for (int y = 0; y < image.height(); ++y) {
    stream.fill_normal(static_cast<std::uint64_t>(y) * row_stride, normals.data(), width);
    const cv::Vec3b* pixel = image.bgr().ptr<cv::Vec3b>(y);
    cv::Vec3f* to = mosaic.ptr<cv::Vec3f>(y);
    for (int x = 0; x < image.width(); ++x) {
      const std::size_t colour = colour_of_site(x, y);
      const int channel = static_cast<int>(colour);
      to[x][channel] = noise[colour][pixel[x][channel]] * normals[static_cast<std::size_t>(x)];
    }
  }
  return mosaic;
}

// Bilinear: a missing green is the mean of its 4 neighbours; a missing red or blue of the nearest 2
// or 4.
cv::Mat demosaiced(const cv::Mat& mosaic) {
  const cv::Matx33f green(0, 0.25F, 0, 0.25F, 1, 0.25F, 0, 0.25F, 0);
  const cv::Matx31f half(0.5F, 1, 0.5F);
  std::array<cv::Mat, 3> channels;
  cv::split(mosaic, channels.data());
  // Mirrored about the outermost pixels, so that the mosaic goes on.
  cv::filter2D(channels[1], channels[1], -1, green, {-1, -1}, 0, cv::BORDER_REFLECT_101);
  for (const std::size_t c : {0U, 2U})
    cv::sepFilter2D(channels[c], channels[c], -1, half, half, {-1, -1}, 0, cv::BORDER_REFLECT_101);
  cv::Mat noise;
  cv::merge(channels.data(), channels.size(), noise);
  return noise;
}

}  // namespace

PerturbationSpec sensor_noise() {
  PerturbationSpec spec;
  spec.name = "sensor_noise";
  spec.summary = "a high ISO value: photon and read noise through a colour mosaic and its demosaic";
  spec.params = {
      {.name = "ev",
       .unit = "EV",
       .summary = "stops of light lost, all brought back by the gain",
       .min = 0,
       .max = 12},
      {.name = "white_electrons",
       .unit = "electrons",
       .summary = "electrons of a white green site before the light is lost",
       .min = 10,
       .max = 1e6,
       .default_value = 1000.0},
      {.name = "read_noise_electrons",
       .unit = "electrons",
       .summary = "standard deviation of the read noise",
       .min = 0,
       .max = 100,
       .default_value = 3.0},
  };
  spec.random = true;
  spec.strength = "ev";
  spec.ladder = {1, 2, 3, 4, 5};
  spec.ladder_source =
      "EV steps of 1: ISO 200 to 3200 where the clean picture has ISO 100; 500 to 31 electrons for "
      "white";
  spec.depends_on_pixels_reason =
      "a sensor's noise is per pixel: a face on more pixels collects more light and is less noisy";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    return [noise = site_noise(params)](const Image& image, const Frame&, const RandomStream& stream) {
      return from_linear_light(linear_light(image) + demosaiced(mosaic_of_noise(image, noise, stream)));
    };
  };
  return spec;
}

}  // namespace robench::perturbations
