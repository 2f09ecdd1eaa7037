// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "perturb/landmarks.h"

namespace robench {

/// Landmarks that are all midway between the eyes but for the eyes themselves.
[[nodiscard]] inline Landmarks with_eyes(cv::Point2f left, cv::Point2f right) {
  Landmarks landmarks;
  landmarks.points.fill((left + right) / 2);
  for (std::size_t i = 36; i <= 41; ++i) landmarks.points[i] = left;
  for (std::size_t i = 42; i <= 47; ++i) landmarks.points[i] = right;
  return landmarks;
}

}  // namespace robench
