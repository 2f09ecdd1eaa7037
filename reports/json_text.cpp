// SPDX-License-Identifier: Apache-2.0
#include "reports/json_text.h"

#include <algorithm>
#include <cmath>

namespace robench {
namespace {

using nlohmann::json;

bool holds_objects(const json& value) {
  return std::any_of(value.begin(), value.end(), [](const json& inner) {
    return inner.is_object() || (inner.is_array() && holds_objects(inner));
  });
}

/// An object or list on one line, unless it holds objects: then one line for each of its values.
std::string text_of(const json& value, std::size_t indent) {
  // File names need not be UTF-8, JSON must be: bytes that are not become U+FFFD.
  constexpr auto kReplace = json::error_handler_t::replace;
  if (!value.is_structured() || !holds_objects(value)) return value.dump(-1, ' ', false, kReplace);
  std::string text;
  for (const auto& [key, inner] : value.items()) {
    text += (text.empty() ? "" : ",") + ("\n" + std::string(indent + 1, ' '));
    if (value.is_object()) text += json(key).dump(-1, ' ', false, kReplace) + ": ";
    text += text_of(inner, indent + 1);
  }
  text += "\n" + std::string(indent, ' ');
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

}  // namespace

json number_or_null(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }
json number_or_null(const std::optional<double>& value) {
  return value ? number_or_null(*value) : json(nullptr);
}

std::string json_text(const json& document) { return text_of(document, 0) + "\n"; }

}  // namespace robench
