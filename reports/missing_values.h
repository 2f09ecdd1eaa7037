// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/run_record.h"

namespace robench {

/// Adds `name` unless it is among `names`.
void add_once(std::vector<std::string>& names, const std::string& name);

/// Measures that have no value for one reason.
struct MissingValues {
  std::string reason;              // the measures' note
  std::vector<std::string> names;  // each once, in the order of the run
};
/// By reason, in the order in which the run first gives each.
[[nodiscard]] std::vector<MissingValues> missing_values(const RunRecord& run);

/// Names for a sentence: of many that begin with one word only how many they are.
struct NamedAndCounted {
  std::vector<std::string> named;
  std::vector<std::string> counted;  // "geometry (94 measures)"
};
[[nodiscard]] NamedAndCounted named_and_counted(const std::vector<std::string>& names);

}  // namespace robench
