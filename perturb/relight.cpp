// SPDX-License-Identifier: Apache-2.0
#include "perturb/relight.h"

#include <algorithm>
#include <cstdint>

#include "perturb/srgb.h"

namespace robench {

Image relit(const Image& image, const std::function<void(int, LightRow&)>& light_of_row) {
  const std::array<float, 256>& linear = linear_of_pixel();
  const SrgbEncoder& encoder = srgb_encoder();
  const auto width = static_cast<std::size_t>(image.width());
  LightRow light{std::vector<float>(width), std::vector<float>(width)};
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    std::fill(light.gain.begin(), light.gain.end(), 1.0F);
    std::fill(light.veil.begin(), light.veil.end(), 0.0F);
    light_of_row(y, light);
    const std::uint8_t* from = image.bgr().ptr(y);
    std::uint8_t* to = out.ptr(y);
    for (std::size_t x = 0; x < width; ++x) {
      const float gain = light.gain[x];
      const float veil = light.veil[x];
      for (std::size_t c = 3 * x; c < 3 * x + 3; ++c)
        to[c] = encoder.encode(gain * linear[from[c]] + veil);
    }
  }
  return Image(out);
}

}  // namespace robench
