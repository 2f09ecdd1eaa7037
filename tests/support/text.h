// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace robench {

/// Whether `part` occurs in `text`.
[[nodiscard]] inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// How often `part` begins in `text`; occurrences may overlap.
[[nodiscard]] inline int count_of(std::string_view text, std::string_view part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace robench
