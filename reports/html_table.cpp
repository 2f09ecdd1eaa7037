// SPDX-License-Identifier: Apache-2.0
#include "reports/html_table.h"

#include <fmt/format.h>

namespace robench {
namespace {

std::string cell_html(const HtmlCell& cell, bool is_head) {
  std::string attributes = cell.attributes;
  if (cell.number) attributes += " class=\"num\"";
  if (!cell.key.empty()) attributes += fmt::format(" data-key=\"{}\"", cell.key);
  return is_head ? fmt::format("<th scope=\"row\"{}>{}</th>", attributes, cell.html)
                 : fmt::format("<td{}>{}</td>", attributes, cell.html);
}

}  // namespace

HtmlTable& HtmlTable::css(std::string classes) {
  classes_ = std::move(classes);
  return *this;
}

void HtmlTable::add(const std::vector<HtmlCell>& cells, const std::string& attributes) {
  body_ += fmt::format("<tr{}>", attributes);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    body_ += cell_html(cells[i], i == 0);
    if (is_number_.size() <= i) is_number_.push_back(cells[i].number);
  }
  body_ += "</tr>\n";
}

std::string HtmlTable::text() const {
  std::string text = fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"table\"><table{}>\n"
      "<caption>{}</caption>\n<thead><tr>",
      classes_.empty() ? "" : fmt::format(" class=\"{}\"", classes_), caption_);
  for (std::size_t i = 0; i < titles_.size(); ++i)
    text += fmt::format("<th scope=\"col\"{}>{}</th>",
                        i < is_number_.size() && is_number_[i] ? " class=\"num\"" : "", titles_[i]);
  return text + "</tr></thead>\n<tbody>\n" + body_ + "</tbody></table></div>\n";
}

}  // namespace robench
