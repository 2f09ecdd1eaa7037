// SPDX-License-Identifier: Apache-2.0
#include "metrics/measure_rows.h"

#include <algorithm>

#include "perturb/error.h"

namespace robench {

Measure& row_named(std::vector<Measure>& rows, std::string_view name) {
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const Measure& measure) { return measure.name == name; });
  ROBENCH_ASSERT(row != rows.end());
  return *row;
}

}  // namespace robench
