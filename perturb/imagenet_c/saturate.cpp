// SPDX-License-Identifier: Apache-2.0
// Saturation of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): HSV saturation S becomes a S + b,
// clipped to 0..1. Value and hue stay: with V the largest channel and D the largest less the smallest, S
// = D / V, and a channel c becomes V - (V - c) S' V / D. A pixel without colour has hue 0, red: b > 0
// tints grey.
#include <algorithm>
#include <array>
#include <cstdint>

#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_floor.h"

namespace robench::imagenet_c {
namespace {

struct Saturation {
  float factor;
  float offset;
};

// 1 / v; 0 for 0.
std::array<float, 256> reciprocals() {
  std::array<float, 256> table{};
  for (std::size_t v = 1; v < table.size(); ++v) table[v] = 1.0F / static_cast<float>(v);
  return table;
}

// How much of its distance from the largest channel each channel keeps: S' V / D, at most V / D.
float stretch(const Saturation& saturation, float value_over_difference) {
  return std::min(saturation.factor + saturation.offset * value_over_difference, value_over_difference);
}

Image saturated(const Image& image, const Saturation& saturation) {
  static const std::array<float, 256> one_over = reciprocals();
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    const auto* from = image.bgr().ptr<cv::Vec3b>(y);
    auto* to = out.ptr<cv::Vec3b>(y);
    for (int x = 0; x < image.width(); ++x) {
      const int largest = std::max({from[x][0], from[x][1], from[x][2]});
      const int difference = largest - std::min({from[x][0], from[x][1], from[x][2]});
      const auto value = static_cast<float>(largest);
      if (difference == 0) {
        const std::uint8_t tinted = floored(value - saturation.offset * value);
        to[x] = {tinted, tinted, static_cast<std::uint8_t>(largest)};
        continue;
      }
      const float share = stretch(saturation, value * one_over[static_cast<std::size_t>(difference)]);
      for (int c = 0; c < 3; ++c)
        to[x][c] = floored(value - share * static_cast<float>(largest - from[x][c]));
    }
  }
  return Image(out);
}

}  // namespace

PerturbationSpec saturate() {
  static constexpr LevelTables<Saturation> kSaturation = {
      {{{.3F, 0}, {.1F, 0}, {2, 0}, {5, .1F}, {20, .2F}}},
      {{{.3F, 0}, {.1F, 0}, {1.5F, 0}, {2, .1F}, {2.5F, .2F}}}};
  PerturbationSpec spec = imagenet_c_spec("saturate", "HSV saturation scaled and shifted",
                                          "S becomes .3 S, .1 S, 2 S, 5 S + .1, 20 S + .2");
  spec.not_monotone_reason = "levels 1 and 2 take colour away, 3 to 5 add it";
  spec.make = [](const Params& params) -> Perturber {
    return [saturation = kSaturation.at(params)](const Image& image, const Frame&, const RandomStream&) {
      return saturated(image, saturation);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
