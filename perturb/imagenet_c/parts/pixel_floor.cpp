// SPDX-License-Identifier: Apache-2.0
#include "perturb/imagenet_c/parts/pixel_floor.h"

#include "perturb/vector_clones.h"

namespace robench {

ROBENCH_VECTOR_CLONES void floor_row(const float* from, std::uint8_t* to, int count) {
  for (int i = 0; i < count; ++i) to[i] = floored(from[i]);
}

Image floored(const cv::Mat& encoded) {
  cv::Mat out(encoded.size(), CV_8UC3);
  for (int y = 0; y < out.rows; ++y) floor_row(encoded.ptr<float>(y), out.ptr(y), 3 * out.cols);
  return Image(out);
}

}  // namespace robench
