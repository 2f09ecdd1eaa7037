// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

namespace robench {

/// 0 up to t = 0, 1 from t = 1, and 3t^2 - 2t^3 between: no edge shows at either end.
[[nodiscard]] inline float smooth_step(float t) {
  const float clipped = std::min(1.0F, std::max(0.0F, t));
  return clipped * clipped * (3.0F - 2.0F * clipped);
}

}  // namespace robench
