// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace robench {

/// A row of numbers and its weight in a sum; not owned.
struct WeightedRow {
  const float* values;
  float weight;
};

/// out[i] = the sum over all rows, in their order, of weight times values[i], for i below `count`.
void sum_rows(const std::vector<WeightedRow>& rows, int count, float* out);

}  // namespace robench
