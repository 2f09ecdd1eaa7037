// SPDX-License-Identifier: Apache-2.0
// JPEG 2000 (ITU-T T.800) in memory by OpenJPEG: one tile, irreversible 9/7 wavelet and colour
// transform, one layer cut at the size asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "perturb/image.h"

namespace robench {

/// The code stream of `image` of at most (3 bytes a pixel) / ratio, headers included. The headers alone
/// take about 150 bytes and a little coded data is always there, so small pictures stay above it.
/// Empty where the codec fails.
[[nodiscard]] std::vector<std::uint8_t> encode_jpeg2000(const Image& image, double ratio);

/// Absent where the stream cannot be decoded.
[[nodiscard]] std::optional<Image> decode_jpeg2000(std::span<const std::uint8_t> stream);

}  // namespace robench
