// SPDX-License-Identifier: Apache-2.0
// The rows of one cell, for metrics that fill some of them in when all conditions are judged.
#pragma once

#include <string_view>
#include <vector>

#include "metrics/measure.h"

namespace robench {

/// The row of that name. Requires: there is one.
[[nodiscard]] Measure& row_named(std::vector<Measure>& rows, std::string_view name);

}  // namespace robench
