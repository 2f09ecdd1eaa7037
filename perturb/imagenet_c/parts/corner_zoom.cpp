// SPDX-License-Identifier: Apache-2.0
#include "perturb/imagenet_c/parts/corner_zoom.h"

#include <algorithm>
#include <cmath>

namespace robench {

ZoomAxis middle_enlarged(int length, double factor) {
  const int part = static_cast<int>(std::ceil(length / factor));
  const int enlarged = static_cast<int>(std::nearbyint(part * factor));
  const double step = enlarged > 1 ? static_cast<double>(part - 1) / (enlarged - 1) : 0.0;
  ZoomAxis axis{(length - part) / 2, {}, {}};
  for (int o = 0; o < length; ++o) {
    const double position = o * step;
    const int below = std::clamp(static_cast<int>(position), 0, std::max(part - 2, 0));
    axis.index.push_back(below);
    axis.share.push_back(static_cast<float>(std::min(position, part - 1.0) - below));
  }
  return axis;
}

}  // namespace robench
