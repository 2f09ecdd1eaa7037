// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace robench {

/// A cell of text: valid UTF-8, quoted as RFC 4180 says where it holds a comma, a quote or a line end.
/// Text that a spreadsheet would run as a formula (it begins with = + - @ tab or carriage return) gets
/// an apostrophe in front (OWASP, "CSV injection").
[[nodiscard]] std::string csv_text(std::string_view text);

/// Shortest decimal that reads back as the same number; an empty cell when it is not finite.
[[nodiscard]] std::string csv_number(double value);

/// The finished cells, with commas between and a line feed at the end. Requires: at least one.
[[nodiscard]] std::string csv_line(std::initializer_list<std::string_view> cells);

}  // namespace robench
