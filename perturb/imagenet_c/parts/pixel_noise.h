// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "perturb/image.h"
#include "perturb/random_stream.h"

namespace robench {

/// Independent normal noise on every value v of the picture: v + (additive + multiplicative v) n,
/// rounded down. Requires: both in encoded values of 0..255 and ratios.
[[nodiscard]] Image with_normal_noise(const Image& image, const RandomStream& stream, float additive,
                                      float multiplicative);

/// Distance of the random numbers of two rows that need `values` each. A multiple of the batch in which
/// RandomStream makes numbers, so that no batch is made twice.
[[nodiscard]] constexpr std::uint64_t row_stride_of_random_numbers(std::uint64_t values) {
  constexpr std::uint64_t kBatch = 256;
  return (values + kBatch - 1) / kBatch * kBatch;
}

}  // namespace robench
