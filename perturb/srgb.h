// SPDX-License-Identifier: Apache-2.0
// sRGB and linear light (IEC 61966-2-1:1999), and tables over the 256 pixel values.
//
// Light adds and scales in linear values, never in encoded ones, so every perturbation that has a
// physical cause decodes, computes and encodes again.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "perturb/image.h"

namespace robench {

/// Linear light in [0, 1] of an encoded value in [0, 1].
[[nodiscard]] double linear_from_srgb(double encoded);
/// Encoded value in [0, 1] of linear light; light outside of [0, 1] is clipped.
[[nodiscard]] double srgb_from_linear(double linear);

/// Linear light of each pixel value.
[[nodiscard]] const std::array<float, 256>& linear_of_pixel();

/// From linear light to pixel values by table: 65,536 cells, a twentieth of the narrowest pixel step.
/// encode(linear_of_pixel()[v]) == v for every v.
class SrgbEncoder {
 public:
  SrgbEncoder();
  /// Nearest pixel value; light outside of [0, 1] is clipped, NaN gives 0.
  [[nodiscard]] std::uint8_t encode(float linear) const {
    // In this order a NaN becomes 0, and both are one instruction without a branch.
    const float clipped = std::min(1.0F, std::max(0.0F, linear));
    // Truncation of a number that is not negative: one instruction, where lround is a call.
    // NOLINTNEXTLINE(bugprone-incorrect-roundings)
    return pixel_[static_cast<std::size_t>(static_cast<std::int32_t>(clipped * kTop + 0.5F))];
  }

 private:
  static constexpr float kTop = 65535.0F;
  std::array<std::uint8_t, 65536> pixel_{};
};
[[nodiscard]] const SrgbEncoder& srgb_encoder();

/// A function of one pixel value, computed once for all 256.
using PixelTable = std::array<std::uint8_t, 256>;
/// `value_of(encoded)` gets and gives encoded values in [0, 1]; results are clipped and rounded.
[[nodiscard]] PixelTable table_of_encoded(const std::function<double(double)>& value_of);
/// `light_of(linear)` gets and gives linear light; results are clipped and encoded.
[[nodiscard]] PixelTable table_of_linear(const std::function<double(double)>& light_of);

/// Pixel value of an encoded value; clipped to [0, 1] and rounded.
[[nodiscard]] std::uint8_t pixel_of_encoded(double encoded);

/// Each channel through its own table, in the order blue, green, red.
[[nodiscard]] Image apply_tables(const Image& image, const std::array<PixelTable, 3>& bgr_tables);
/// All channels through one table.
[[nodiscard]] Image apply_table(const Image& image, const PixelTable& table);

}  // namespace robench
