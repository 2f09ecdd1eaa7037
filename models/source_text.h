// SPDX-License-Identifier: Apache-2.0
// Text files that users write (suites, cards, manifests): read whole, within bounds, and as UTF-8.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace robench {

/// Why a text is no text, at a place that counts from 1 (the column in bytes).
struct TextFault {
  int line = 1;
  int column = 1;
  std::string message;
};

/// The first byte that no text file has: broken UTF-8, NUL and other control characters but tab and
/// line ends. A byte order mark at the start is fine.
[[nodiscard]] std::optional<TextFault> find_text_fault(std::string_view text);

/// `text` with a question mark for each byte that no text file has, so that it can be shown.
[[nodiscard]] std::string printable(std::string_view text);

/// `text` without a UTF-8 byte order mark at its start.
[[nodiscard]] std::string_view without_byte_order_mark(std::string_view text);

/// The whole file. Reads at most `max_bytes` + 1 bytes, so that a device or a wrong file cannot fill
/// the memory. Throws ConfigError: no such file, a folder, unreadable, larger than `max_bytes`.
[[nodiscard]] std::string read_source_text(const std::filesystem::path& file, std::size_t max_bytes);

}  // namespace robench
