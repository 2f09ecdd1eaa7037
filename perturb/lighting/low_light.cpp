// SPDX-License-Identifier: Apache-2.0
// Too little light, as a phone takes it: fewer photons, the camera's gain brings back part of the
// brightness, and photon and read noise come up with it. In linear light, in electrons:
//   signal N = white_electrons * light; its photon noise has variance N (Poisson), the amplifier adds
//   read_noise_electrons^2 (EMVA 1288 release 4.0, section 2; Janesick, "Photon Transfer", 2007).
// The clean photograph already carries the noise of its own exposure. What is added is therefore the
// difference: with t = 2^-EV of the light left, the dimmed picture brings along t^2 of the old variance
// and needs t N + read^2, so t (1 - t) N + (1 - t^2) read^2 is missing: none at 0 EV.
// Noise is Gaussian, not Poisson, so that all severities share one noise field; below about five
// electrons, where that matters, the read noise is as large.
#include <cmath>
#include <vector>

#include "perturb/perturbation.h"
#include "perturb/srgb.h"

namespace robench::perturbations {
namespace {

// Of each pixel value: displayed linear light and the standard deviation of its added noise.
struct DimmedPixels {
  std::array<float, 256> light{};
  std::array<float, 256> noise{};
};

DimmedPixels dim(const Params& params) {
  const double ev = params.number("ev");
  const double left = std::exp2(-ev);
  const double gain = std::exp2(ev * params.number("gain"));
  const double white = params.number("white_electrons");
  const double read = params.number("read_noise_electrons");
  DimmedPixels pixels;
  for (std::size_t v = 0; v < pixels.light.size(); ++v) {
    const double light = linear_from_srgb(static_cast<double>(v) / 255.0);
    const double variance = left * (1 - left) * white * light + (1 - left * left) * read * read;
    pixels.light[v] = static_cast<float>(gain * left * light);
    pixels.noise[v] = static_cast<float>(gain * std::sqrt(variance) / white);
  }
  return pixels;
}

Image photographed(const Image& image, const DimmedPixels& pixels, const RandomStream& stream) {
  const SrgbEncoder& encoder = srgb_encoder();
  const auto row_values = 3 * static_cast<std::size_t>(image.width());
  const std::uint64_t row_stride = (row_values + 3) / 4 * 4;  // fill_normal begins at multiples of 4
  std::vector<float> normals(row_values);
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    stream.fill_normal(static_cast<std::uint64_t>(y) * row_stride, normals.data(), row_values);
    const std::uint8_t* from = image.bgr().ptr(y);
    std::uint8_t* to = out.ptr(y);
    for (std::size_t i = 0; i < row_values; ++i) {
      to[i] = encoder.encode(pixels.light[from[i]] + pixels.noise[from[i]] * normals[i]);
    }
  }
  return Image(out);
}

}  // namespace

PerturbationSpec low_light() {
  PerturbationSpec spec;
  spec.name = "low_light";
  spec.summary = "less exposure, partly regained by gain, with photon and read noise";
  spec.params = {
      {.name = "ev", .unit = "EV", .summary = "stops of light lost", .min = 0, .max = 12},
      {.name = "gain",
       .unit = "fraction",
       .summary = "share of the lost stops that the camera's gain brings back",
       .min = 0,
       .max = 1,
       .default_value = 0.5},
      {.name = "white_electrons",
       .unit = "electrons",
       .summary = "electrons of a white pixel before the light is lost",
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
  spec.strength = "ev";
  spec.ladder = {1, 2, 3, 4, 5};
  spec.ladder_source = "EV steps of 1";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    return [pixels = dim(params)](const Image& image, const Frame&, const RandomStream& stream) {
      return photographed(image, pixels, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
