// SPDX-License-Identifier: Apache-2.0
#include "perturb/imagenet_c/parts/pixel_noise.h"

#include <vector>

#include "perturb/imagenet_c/parts/pixel_floor.h"
#include "perturb/vector_clones.h"

namespace robench {
namespace {

struct NoiseGain {
  float additive;
  float multiplicative;
};

ROBENCH_VECTOR_CLONES void add_noise(const std::uint8_t* from, const float* normals, NoiseGain gain,
                                     int count, std::uint8_t* to) {
  for (int i = 0; i < count; ++i) {
    const auto value = static_cast<float>(from[i]);
    to[i] = floored(value + (gain.additive + gain.multiplicative * value) * normals[i]);
  }
}

}  // namespace

Image with_normal_noise(const Image& image, const RandomStream& stream, float additive,
                        float multiplicative) {
  const int row_values = 3 * image.width();
  const std::uint64_t stride = row_stride_of_random_numbers(static_cast<std::uint64_t>(row_values));
  std::vector<float> normals(static_cast<std::size_t>(row_values));
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    stream.fill_normal(static_cast<std::uint64_t>(y) * stride, normals.data(), normals.size());
    add_noise(image.bgr().ptr(y), normals.data(), {additive, multiplicative}, row_values, out.ptr(y));
  }
  return Image(out);
}

}  // namespace robench
