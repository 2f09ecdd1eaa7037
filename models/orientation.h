// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include <opencv2/core.hpp>

namespace robench {

/// EXIF orientation (tag 274) of a JPEG, PNG or WebP file: 1..8; 1 where there is none or it makes no
/// sense. Reads any bytes safely. TIFF is not read here: its decoder turns the picture itself.
[[nodiscard]] int exif_orientation(std::span<const std::uint8_t> file);

/// The stored pixels turned upright. Requires: orientation is 1..8.
[[nodiscard]] cv::Mat upright(const cv::Mat& stored, int orientation);

}  // namespace robench
