// SPDX-License-Identifier: Apache-2.0
#include "reports/markdown.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "perturb/error.h"

namespace robench {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

/// `next`: the character behind `c`, or 0. A sign that cannot begin markup stays as it is.
std::string escaped(char c, char previous, char next) {
  if (c == '<' && (is_letter(next) || next == '/' || next == '!' || next == '?')) return "&lt;";
  if (c == '&' && (is_letter(next) || next == '#')) return "&amp;";
  const bool in_word = c == '_' && is_word(previous) && is_word(next);
  const bool link = c == '(' && previous == ']';
  const bool markup = std::string_view("\\`*|~_").find(c) != std::string_view::npos && !in_word;
  return markup || link ? std::string("\\") + c : std::string(1, c);
}

}  // namespace

std::string markdown_text(std::string_view text) {
  const std::string line = one_line(text);
  std::string result;
  for (std::size_t i = 0; i < line.size(); ++i) {
    result += escaped(line[i], i > 0 ? line[i - 1] : '\0', i + 1 < line.size() ? line[i + 1] : '\0');
  }
  return result;
}

std::string markdown_code(std::string_view text) {
  std::string content = one_line(text);
  std::replace(content.begin(), content.end(), '`', '\'');
  for (std::size_t bar = content.find('|'); bar != std::string::npos; bar = content.find('|', bar + 2)) {
    content.insert(bar, 1, '\\');  // a table takes the backslash away, also inside of code
  }
  return content.empty() ? "" : "`" + content + "`";
}

std::string markdown_sentence(std::string_view text) {
  std::string result;
  bool is_code = false;
  while (!text.empty()) {
    const std::size_t tick = text.find('`');
    const std::size_t end = std::min(tick, text.size());
    const std::string_view part = text.substr(0, end);
    result += is_code ? markdown_code(part) : markdown_text(part);
    text.remove_prefix(tick == std::string_view::npos ? text.size() : end + 1);
    is_code = !is_code;
  }
  return result;
}

std::string markdown_code_block(std::string_view text, std::string_view language) {
  std::string fence = "```";
  while (text.find(fence) != std::string_view::npos) fence += '`';
  std::string content = valid_utf8(text);
  if (!content.empty() && content.back() != '\n') content += '\n';
  return fence + std::string(language) + '\n' + content + fence + '\n';
}

MarkdownTable::MarkdownTable(std::vector<std::string> titles) : titles_(std::move(titles)) {
  aligns_.assign(titles_.size(), Align::right);
  aligns_.front() = Align::left;
}

void MarkdownTable::add(std::vector<std::string> row) {
  ROBENCH_ASSERT(row.size() <= titles_.size());
  row.resize(titles_.size());
  rows_.push_back(std::move(row));
}

std::string MarkdownTable::text() const {
  std::vector<int> widths;
  for (std::size_t i = 0; i < titles_.size(); ++i) {
    int width = std::max(3, display_width(titles_[i]));
    for (const auto& row : rows_) width = std::max(width, display_width(row[i]));
    widths.push_back(width);
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string result = "|";
    for (std::size_t i = 0; i < cells.size(); ++i) {
      result += " " + padded(cells[i], widths[i], aligns_[i]) + " |";
    }
    return result + '\n';
  };
  std::vector<std::string> rules;
  for (std::size_t i = 0; i < titles_.size(); ++i) {
    std::string rule(static_cast<std::size_t>(widths[i]), '-');
    if (aligns_[i] == Align::right) rule.back() = ':';
    rules.push_back(rule);
  }
  std::string result = line(titles_) + line(rules);
  for (const auto& row : rows_) result += line(row);
  return result;
}

}  // namespace robench
