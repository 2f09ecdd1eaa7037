// SPDX-License-Identifier: Apache-2.0
#include "models/source_text.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "perturb/error.h"

namespace robench {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Length in bytes of the UTF-8 character at the start of `text`; 0 when it is none (RFC 3629: no
/// overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  if (!std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length),
                   is_continuation))
    return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second >= 0xA0;
  const bool too_large = lead == 0xF4 && second >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

}  // namespace

std::string_view without_byte_order_mark(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

std::string printable(std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0 || is_control(text[i]))
      shown += '?';
    else
      shown += text.substr(i, length);
    i += std::max<std::size_t>(length, 1);
  }
  return shown;
}

std::optional<TextFault> find_text_fault(std::string_view text) {
  text = without_byte_order_mark(text);
  int line = 1;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto fault = [&](std::string message) {
      return TextFault{line, static_cast<int>(i - line_start) + 1, std::move(message)};
    };
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) {
      return fault(fmt::format("byte 0x{:02x} is not UTF-8", static_cast<unsigned char>(text[i])));
    }
    if (is_control(text[i])) {
      return fault(fmt::format("control character U+{:04X} in a text file", static_cast<int>(text[i])));
    }
    i += length;
    if (text[i - 1] == '\n') {
      ++line;
      line_start = i;
    }
  }
  return std::nullopt;
}

std::string read_source_text(const std::filesystem::path& file, std::size_t max_bytes) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored))
    throw ConfigError(fmt::format("there is no file '{}'", file.string()));
  if (std::filesystem::is_directory(file, ignored))
    throw ConfigError(fmt::format("'{}' is a folder, not a file", file.string()));
  std::ifstream stream(file, std::ios::binary);
  std::string text(max_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad())
    throw ConfigError(fmt::format("cannot read '{}'", file.string()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > max_bytes)
    throw ConfigError(fmt::format("'{}' is larger than {} bytes", file.string(), max_bytes));
  return text;
}

}  // namespace robench
