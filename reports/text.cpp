// SPDX-License-Identifier: Apache-2.0
#include "reports/text.h"

#include <algorithm>
#include <array>

#include "perturb/error.h"

namespace robench {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr std::string_view kReplacementUtf8 = "\xEF\xBF\xBD";

struct CodePoint {
  char32_t value = kReplacement;
  std::size_t bytes = 1;
  bool valid = false;
};

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// The character at the start of `text` (not empty). Overlong forms and surrogates are not valid.
CodePoint first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  char32_t value = lead & (0xFF >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!is_continuation(text[i])) return {};
    value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3F);
  }
  constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};  // by number of bytes
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[bytes] || value > 0x10FFFF || surrogate) return {};
  return {value, bytes, true};
}

struct Range {
  char32_t first, last;
};

template <std::size_t N>
bool in_any(char32_t value, const std::array<Range, N>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [value](Range range) { return value >= range.first && value <= range.last; });
}

// Unicode 15: general categories Mn, Me and Cf of the scripts met in names of files and people.
constexpr std::array<Range, 8> kZeroWidth{{{0x0300, 0x036F},
                                           {0x0483, 0x0489},
                                           {0x0591, 0x05BD},
                                           {0x064B, 0x065F},
                                           {0x200B, 0x200F},
                                           {0x20D0, 0x20F0},
                                           {0xFE00, 0xFE0F},
                                           {0xFE20, 0xFE2F}}};
// Unicode 15, EastAsianWidth W and F, joined over unassigned gaps.
constexpr std::array<Range, 9> kWide{{{0x1100, 0x115F},
                                      {0x2E80, 0xA4CF},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0xFFE0, 0xFFE6},
                                      {0x1F300, 0x1FAFF},
                                      {0x20000, 0x3FFFD}}};
// C0, DEL and C1 controls, and the marks that reorder a line.
constexpr std::array<Range, 4> kSteering{
    {{0x00, 0x1F}, {0x7F, 0x9F}, {0x2028, 0x202E}, {0x2066, 0x2069}}};

int cells(char32_t value) {
  if (in_any(value, kZeroWidth)) return 0;
  return in_any(value, kWide) ? 2 : 1;
}

/// Calls `visit(character, its bytes)` for each; bytes that are not UTF-8 come one by one.
template <typename Visit>
void for_each_character(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    visit(point.value, point.valid ? text.substr(0, point.bytes) : kReplacementUtf8);
    text.remove_prefix(point.bytes);
  }
}

/// Where the first word ends. An interval such as `[11.8, 12.9]` is one word.
std::size_t end_of_word(std::string_view text) {
  const std::size_t space = std::min(text.find(' '), text.size());
  const std::size_t second = std::min(text.find(' ', space + 1), text.size());
  const bool opens = text.substr(0, space).find('[') != std::string_view::npos;
  const bool closes_behind = text.substr(space, second - space).find(']') != std::string_view::npos;
  return opens && closes_behind ? second : space;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string result;
  for_each_character(text, [&](char32_t, std::string_view bytes) { result += bytes; });
  return result;
}

std::string one_line(std::string_view text) {
  std::string result;
  for_each_character(text, [&](char32_t value, std::string_view bytes) {
    const bool space = value == '\n' || value == '\r' || value == '\t';
    result += space ? " " : in_any(value, kSteering) ? kReplacementUtf8 : bytes;
  });
  return result;
}

int display_width(std::string_view text) {
  int width = 0;
  for_each_character(text, [&](char32_t value, std::string_view) { width += cells(value); });
  return width;
}

std::string padded(std::string_view text, int width, Align align) {
  const std::string fill(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
  return align == Align::left ? std::string(text) + fill : fill + std::string(text);
}

std::string shortened(std::string_view text, int width, std::string_view ellipsis) {
  ROBENCH_ASSERT(width >= 1);
  const int total = display_width(text);
  if (total <= width) return std::string(text);
  const int head_width = width / 2;
  const int tail_width = width - 1 - head_width;
  std::string head;
  std::string tail;
  int position = 0;
  for_each_character(text, [&](char32_t value, std::string_view bytes) {
    const int end = position + cells(value);
    if (end <= head_width) {
      head += bytes;
    } else if (position >= total - tail_width) {
      tail += bytes;
    }
    position = end;
  });
  return head + std::string(ellipsis) + tail;
}

std::vector<std::string> wrapped(std::string_view text, int width) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, end_of_word(text));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (word.empty()) continue;
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
      lines.push_back(line);
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

}  // namespace robench
