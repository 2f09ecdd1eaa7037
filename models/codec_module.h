// SPDX-License-Identifier: Apache-2.0
// The boundary between codec.cpp and the module that holds the picture libraries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

namespace robench {

/// Pictures above this are refused before their pixels are allocated (a small file can claim any
/// size). The largest camera sensors have 150 megapixels.
inline constexpr std::uint64_t kMaxPixels = 200'000'000;

[[nodiscard]] inline bool too_many_pixels(std::uint64_t width, std::uint64_t height) {
  return height != 0 && width > kMaxPixels / height;
}
inline constexpr const char* kTooManyPixels = "the picture has more than 200 megapixels";

/// Exported as `robench_decode_picture`. Pixels as stored: 8 or 16 bit (or what else the file has),
/// one to four channels in the order grey, BGR or BGRA; EXIF orientation not applied. False with a
/// reason when the file cannot be decoded. Never throws.
using DecodePicture = bool(const std::uint8_t* bytes, std::size_t size, cv::Mat* picture,
                           std::string* reason);

/// Exported as `robench_encode_picture`. extension: ".png" or ".jpg". Never throws.
using EncodePicture = bool(const cv::Mat* bgr, const char* extension, std::vector<std::uint8_t>* bytes,
                           std::string* reason);

}  // namespace robench
