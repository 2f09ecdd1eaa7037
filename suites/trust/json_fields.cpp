// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/json_fields.h"

#include <algorithm>

namespace robench {
namespace {

bool fits_a_line(const nlohmann::ordered_json& json) {
  return !json.is_structured() || json.empty() ||
         (json.is_array() &&
          std::none_of(json.begin(), json.end(), [](const auto& item) { return item.is_structured(); }));
}

}  // namespace

std::string json_lines(const nlohmann::ordered_json& json, int indent) {
  if (fits_a_line(json)) return json.dump();
  const std::string inner(static_cast<std::size_t>(indent) + 1, ' ');
  std::string text = json.is_object() ? "{" : "[";
  bool first = true;
  for (const auto& item : json.items()) {
    text += (first ? "\n" : ",\n") + inner;
    if (json.is_object()) text += nlohmann::ordered_json(item.key()).dump() + ": ";
    text += json_lines(item.value(), indent + 1);
    first = false;
  }
  return text + "\n" + std::string(static_cast<std::size_t>(indent), ' ') +
         (json.is_object() ? "}" : "]");
}

}  // namespace robench
