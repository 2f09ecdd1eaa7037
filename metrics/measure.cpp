// SPDX-License-Identifier: Apache-2.0
#include "metrics/measure.h"

#include <utility>

#include "perturb/error.h"

namespace robench {

std::string_view to_string(Better better) {
  switch (better) {
    case Better::lower:
      return "lower";
    case Better::higher:
      return "higher";
    case Better::none:
      return "none";
  }
  ROBENCH_ASSERT(!"every Better has a name");
  return {};
}

Measure refused(std::string name, std::string unit, Better better, std::string reason) {
  Measure measure;
  measure.name = std::move(name);
  measure.unit = std::move(unit);
  measure.better = better;
  measure.note = std::move(reason);
  return measure;
}

}  // namespace robench
