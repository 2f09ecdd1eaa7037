// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <opencv2/core.hpp>

#include "perturb/image.h"

namespace robench {

/// Pixel value of an encoded value in 0..255: clipped and rounded down, as NumPy's cast to uint8 does,
/// on which ImageNet-C's pixels rest. The thousandth keeps whole values whole in single precision.
[[nodiscard]] inline std::uint8_t floored(float value) {
  const float raised = value + 1e-3F;
  const float clipped = raised > 0.0F ? (raised < 255.0F ? raised : 255.0F) : 0.0F;
  return static_cast<std::uint8_t>(static_cast<std::int32_t>(clipped));
}

/// All values of a CV_32FC3 picture.
[[nodiscard]] Image floored(const cv::Mat& encoded);
/// `count` values of a row.
void floor_row(const float* from, std::uint8_t* to, int count);

}  // namespace robench
