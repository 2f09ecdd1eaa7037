// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace robench {

/// Positions of the entropy-coded bytes of a baseline JPEG stream with one scan: everything after the
/// scan's header but restart markers and the end marker. Empty where there is no scan.
[[nodiscard]] std::vector<std::size_t> entropy_coded_bytes(std::span<const std::uint8_t> stream);

}  // namespace robench
