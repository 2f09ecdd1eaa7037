// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace robench {

/// A cell of finished HTML. `key` is what it sorts by where that is not its text; `attributes` begin
/// with a space.
struct HtmlCell {
  std::string html;
  std::string key{};
  std::string attributes{};
  bool number = false;
};

/// A table with a caption, column heads and row heads, as screen readers need them.
class HtmlTable {
 public:
  /// `caption` and `titles` are finished HTML.
  HtmlTable(std::string caption, std::vector<std::string> titles)
      : caption_(std::move(caption)), titles_(std::move(titles)) {}

  HtmlTable& css(std::string classes);
  /// The first cell is the head of the row. `attributes` of the row begin with a space.
  void add(const std::vector<HtmlCell>& cells, const std::string& attributes = "");
  [[nodiscard]] bool empty() const { return body_.empty(); }
  [[nodiscard]] std::string text() const;

 private:
  std::string caption_;
  std::vector<std::string> titles_;
  std::string classes_;
  std::string body_;
  std::vector<bool> is_number_;  // by column, from the first row
};

}  // namespace robench
