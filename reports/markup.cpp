// SPDX-License-Identifier: Apache-2.0
#include "reports/markup.h"

#include "reports/text.h"

namespace robench {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace

std::string markup_text(std::string_view text) { return escaped(one_line(text)); }

std::string markup_sentence(std::string_view text) {
  std::string result;
  bool in_code = false;
  while (!text.empty()) {
    const std::size_t tick = text.find('`');
    result += markup_text(text.substr(0, tick));
    if (tick == std::string_view::npos) break;
    text.remove_prefix(tick + 1);
    // A backtick without a partner is text.
    const bool toggles = in_code || text.find('`') != std::string_view::npos;
    result += !toggles ? "`" : in_code ? "</code>" : "<code>";
    if (toggles) in_code = !in_code;
  }
  return result;
}

std::string markup_lines(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    result += markup_text(text.substr(0, end));
    if (end == std::string_view::npos) break;
    result += '\n';
    text.remove_prefix(end + 1);
  }
  return result;
}

std::string markup_id(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || upper;
    if (plain) result += upper ? static_cast<char>(c - 'A' + 'a') : c;
    if (!plain && !result.empty() && result.back() != '-') result += '-';
  }
  while (!result.empty() && result.back() == '-') result.pop_back();
  return result;
}

}  // namespace robench
