// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace robench {

/// How hard a JPEG file is compressed, from its luma quantisation table: the quality, 1 to 100, at which
/// libjpeg's scaling of the table of ITU-T T.81 Annex K comes nearest to it (by the sum of the table).
/// Other encoders use tables of their own; then it says which of libjpeg's is as coarse.
/// nullopt for what is no JPEG or has no such table. Of the last compression only.
[[nodiscard]] std::optional<int> jpeg_quality(std::span<const std::uint8_t> file);

}  // namespace robench
