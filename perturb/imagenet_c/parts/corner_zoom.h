// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include <opencv2/core.hpp>

namespace robench {

/// One axis of an enlargement with linear interpolation that keeps the first and the last sample in
/// place, as SciPy's zoom does: sample o of `length * factor` reads position o (length - 1) / (length *
/// factor - 1).
struct ZoomAxis {
  int first;                 // of the source, where the part to be enlarged begins
  std::vector<int> index;    // the sample below, counted from `first`
  std::vector<float> share;  // of the sample above
};

/// Enlarges the middle `ceil(length / factor)` samples; gives the first `length` of the result.
/// Requires: length positive, factor >= 1.
[[nodiscard]] ZoomAxis middle_enlarged(int length, double factor);

}  // namespace robench
