// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace robench {

/// JSON has no NaN: a number that is not finite is null, as is one that is absent.
[[nodiscard]] nlohmann::json number_or_null(double value);
[[nodiscard]] nlohmann::json number_or_null(const std::optional<double>& value);

/// Canonical text: keys sorted, shortest round-trip numbers, one line for each object or list that holds
/// none, invalid UTF-8 as U+FFFD, a newline at the end.
[[nodiscard]] std::string json_text(const nlohmann::json& document);

}  // namespace robench
