// SPDX-License-Identifier: Apache-2.0
#include "perturb/imagenet_c/parts/weighted_rows.h"

#include <cstring>

#include "perturb/vector_clones.h"

namespace robench {
namespace {

using Eight = float __attribute__((vector_size(32)));

// sum += weight * eight values.
inline void add(const float* from, float weight, Eight& sum) {
  Eight values;
  std::memcpy(&values, from, sizeof values);
  sum += weight * values;
}

}  // namespace

// A block of 32 sums stays in registers while all rows pass by.
ROBENCH_VECTOR_CLONES void sum_rows(const std::vector<WeightedRow>& rows, int count, float* out) {
  int i = 0;
  for (; i + 32 <= count; i += 32) {
    Eight a{}, b{}, c{}, d{};
    for (const WeightedRow& row : rows) {
      add(row.values + i, row.weight, a);
      add(row.values + i + 8, row.weight, b);
      add(row.values + i + 16, row.weight, c);
      add(row.values + i + 24, row.weight, d);
    }
    std::memcpy(out + i, &a, sizeof a);
    std::memcpy(out + i + 8, &b, sizeof b);
    std::memcpy(out + i + 16, &c, sizeof c);
    std::memcpy(out + i + 24, &d, sizeof d);
  }
  for (; i < count; ++i) {
    float sum = 0;
    for (const WeightedRow& row : rows) sum += row.weight * row.values[i];
    out[i] = sum;
  }
}

}  // namespace robench
