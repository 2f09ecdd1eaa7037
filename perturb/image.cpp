// SPDX-License-Identifier: Apache-2.0
#include "perturb/image.h"

#include <cstring>
#include <utility>

#include "perturb/error.h"

namespace robench {

Image::Image(cv::Mat bgr) : bgr_(std::move(bgr)) {
  ROBENCH_ASSERT(!bgr_.empty());
  ROBENCH_ASSERT(bgr_.dims == 2 && bgr_.type() == CV_8UC3);
}

bool Image::operator==(const Image& other) const {
  if (bgr_.size() != other.bgr_.size()) return false;
  const std::size_t row_bytes = bgr_.elemSize() * static_cast<std::size_t>(bgr_.cols);
  for (int y = 0; y < bgr_.rows; ++y) {
    if (std::memcmp(bgr_.ptr(y), other.bgr_.ptr(y), row_bytes) != 0) return false;
  }
  return true;
}

}  // namespace robench
