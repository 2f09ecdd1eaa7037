// SPDX-License-Identifier: Apache-2.0
// Picture files in and out. The decoder (OpenCV imgcodecs) is a module loaded on first use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "perturb/image.h"

namespace robench {

/// Decodes a picture file: EXIF orientation applied, grey replicated to three channels, alpha
/// composited over mid-grey, 16 bit rounded to 8. Returns the reason when it cannot be decoded;
/// no input makes it throw or crash.
[[nodiscard]] std::variant<Image, std::string> decode_image(const std::vector<std::uint8_t>& bytes);

/// The bytes of a file, also of a picture inside of one (models/face_bin.h), or the reason why there are
/// none.
[[nodiscard]] std::variant<std::vector<std::uint8_t>, std::string> read_bytes(
    const std::filesystem::path& path);

/// read_bytes, then decode_image.
[[nodiscard]] std::variant<Image, std::string> read_image(const std::filesystem::path& path);

/// Writes PNG or JPEG (by extension), through a temporary file. Throws EnvironmentError.
void write_image(const std::filesystem::path& path, const Image& image);

/// File names that may be pictures: jpg jpeg png bmp webp tif tiff ppm pgm jp2, any case.
[[nodiscard]] bool has_image_extension(const std::filesystem::path& path);

}  // namespace robench
