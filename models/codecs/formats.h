// SPDX-License-Identifier: Apache-2.0
// The decoders of this module. Each returns the stored pixels or sets `reason`; an empty Mat means
// that it failed. They may throw std::exception; the boundary in imgcodecs.cpp catches it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <opencv2/core.hpp>

namespace robench::codecs {

using Bytes = std::span<const std::uint8_t>;

/// libjpeg-turbo. Data that ends early or is corrupt fails; extra bytes and other blemishes that leave
/// every pixel decoded do not.
[[nodiscard]] cv::Mat decode_jpeg(Bytes bytes, std::string& reason);

/// libpng. Always four channels, 8 bit (16 bit rounded), colours as sRGB.
[[nodiscard]] cv::Mat decode_png(Bytes bytes, std::string& reason);

}  // namespace robench::codecs
