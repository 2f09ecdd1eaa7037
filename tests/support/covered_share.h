// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "perturb/image.h"
#include "perturb/landmarks.h"

namespace robench {

/// The largest distance between the wanted and the reported covered share, over every occlusion whose
/// strength is that share, each of its shapes and each rung of its ladder. Says aloud what misses by
/// more than two percentage points.
[[nodiscard]] double worst_covered_share_miss(const Image& image, const Landmarks& landmarks,
                                              const std::string& sample, std::uint64_t seed);

}  // namespace robench
