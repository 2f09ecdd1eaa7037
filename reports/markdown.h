// SPDX-License-Identifier: Apache-2.0
// Pieces of GitHub Flavored Markdown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/text.h"

namespace robench {

/// Text that shows as it is, on one line: nothing in it is markup.
[[nodiscard]] std::string markdown_text(std::string_view text);
/// As code, fit for a table cell; "" stays empty.
[[nodiscard]] std::string markdown_code(std::string_view text);
/// A sentence: what stands in backticks stays code, the rest shows as it is.
[[nodiscard]] std::string markdown_sentence(std::string_view text);
/// Lines of any text as a code block.
[[nodiscard]] std::string markdown_code_block(std::string_view text, std::string_view language);

/// A table whose source is aligned too. Cells are finished Markdown.
class MarkdownTable {
 public:
  /// The first column is aligned left, the others right.
  explicit MarkdownTable(std::vector<std::string> titles);

  void align(std::size_t column, Align align) { aligns_[column] = align; }
  /// Missing cells at the end are empty. Requires: no more cells than titles.
  void add(std::vector<std::string> row);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::string> titles_;
  std::vector<Align> aligns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace robench
