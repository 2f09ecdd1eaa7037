// SPDX-License-Identifier: Apache-2.0
#include "perturb/linear_light.h"

#include "perturb/srgb.h"

namespace robench {

cv::Mat linear_light(const Image& image) {
  const std::array<float, 256>& linear = linear_of_pixel();
  cv::Mat light(image.bgr().size(), CV_32FC3);
  for (int y = 0; y < light.rows; ++y) {
    const std::uint8_t* from = image.bgr().ptr(y);
    float* to = light.ptr<float>(y);
    for (int i = 0; i < 3 * light.cols; ++i) to[i] = linear[from[i]];
  }
  return light;
}

Image from_linear_light(const cv::Mat& light) {
  const SrgbEncoder& encoder = srgb_encoder();
  cv::Mat bgr(light.size(), CV_8UC3);
  for (int y = 0; y < bgr.rows; ++y) {
    const float* from = light.ptr<float>(y);
    std::uint8_t* to = bgr.ptr(y);
    for (int i = 0; i < 3 * bgr.cols; ++i) to[i] = encoder.encode(from[i]);
  }
  return Image(bgr);
}

}  // namespace robench
