// SPDX-License-Identifier: Apache-2.0
// Text in a fixed-width font: UTF-8 in and out, widths counted in terminal cells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace robench {

/// The same text as valid UTF-8: bytes that are not become U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

/// Valid UTF-8 on one line: tabs and line ends become spaces; control and direction characters, which
/// could steer a terminal, become U+FFFD.
[[nodiscard]] std::string one_line(std::string_view text);

/// Cells that a terminal uses: 2 for East Asian wide characters and pictographs, 0 for combining marks.
[[nodiscard]] int display_width(std::string_view text);

enum class Align { left, right };
/// `text` filled up with spaces to `width` cells; longer text stays as it is.
[[nodiscard]] std::string padded(std::string_view text, int width, Align align);

/// At most `width` cells: the middle gives way to an ellipsis, because labels differ at both ends.
/// `ellipsis` is one cell wide. Requires: width >= 1.
[[nodiscard]] std::string shortened(std::string_view text, int width, std::string_view ellipsis = "…");

/// Lines of at most `width` cells, broken at spaces but not inside of `[11.8, 12.9]`;
/// a longer word has a line to itself.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, int width);

}  // namespace robench
