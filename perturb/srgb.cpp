// SPDX-License-Identifier: Apache-2.0
#include "perturb/srgb.h"

#include <algorithm>
#include <cmath>

namespace robench {

double linear_from_srgb(double encoded) {
  return encoded <= 0.04045 ? encoded / 12.92 : std::pow((encoded + 0.055) / 1.055, 2.4);
}

double srgb_from_linear(double linear) {
  const double clipped = std::clamp(linear, 0.0, 1.0);
  return clipped <= 0.0031308 ? clipped * 12.92 : 1.055 * std::pow(clipped, 1.0 / 2.4) - 0.055;
}

std::uint8_t pixel_of_encoded(double encoded) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(encoded, 0.0, 1.0) * 255.0));
}

const std::array<float, 256>& linear_of_pixel() {
  static const std::array<float, 256> table = [] {
    std::array<float, 256> light{};
    for (std::size_t v = 0; v < light.size(); ++v) {
      light[v] = static_cast<float>(linear_from_srgb(static_cast<double>(v) / 255.0));
    }
    return light;
  }();
  return table;
}

SrgbEncoder::SrgbEncoder() {
  for (std::size_t i = 0; i < pixel_.size(); ++i) {
    pixel_[i] = pixel_of_encoded(srgb_from_linear(static_cast<double>(i) / static_cast<double>(kTop)));
  }
}

const SrgbEncoder& srgb_encoder() {
  static const SrgbEncoder encoder;
  return encoder;
}

PixelTable table_of_encoded(const std::function<double(double)>& value_of) {
  PixelTable table{};
  for (std::size_t v = 0; v < table.size(); ++v) {
    table[v] = pixel_of_encoded(value_of(static_cast<double>(v) / 255.0));
  }
  return table;
}

PixelTable table_of_linear(const std::function<double(double)>& light_of) {
  return table_of_encoded(
      [&](double encoded) { return srgb_from_linear(light_of(linear_from_srgb(encoded))); });
}

Image apply_tables(const Image& image, const std::array<PixelTable, 3>& bgr_tables) {
  const auto& [blue, green, red] = bgr_tables;
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    const std::uint8_t* from = image.bgr().ptr(y);
    std::uint8_t* to = out.ptr(y);
    for (int x = 0; x < 3 * image.width(); x += 3) {
      to[x] = blue[from[x]];
      to[x + 1] = green[from[x + 1]];
      to[x + 2] = red[from[x + 2]];
    }
  }
  return Image(out);
}

Image apply_table(const Image& image, const PixelTable& table) {
  return apply_tables(image, {table, table, table});
}

}  // namespace robench
