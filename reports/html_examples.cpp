// SPDX-License-Identifier: Apache-2.0
// Faces beside the numbers: the clean pictures, and the hardest condition of each family.
#include <algorithm>

#include <fmt/format.h>

#include "models/digest.h"
#include "reports/html_sections.h"
#include "reports/markup.h"

namespace robench {
namespace {

using ExampleRow = std::vector<const ExamplePicture*>;

/// The pictures of one condition each, in the order of the record.
std::vector<ExampleRow> example_rows_of(const RunRecord& run) {
  std::vector<ExampleRow> rows;
  for (const ExamplePicture& picture : run.pictures) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const ExampleRow& known) {
      return known.front()->label == picture.label;
    });
    if (row == rows.end())
      rows.push_back({&picture});
    else
      row->push_back(&picture);
  }
  return rows;
}

std::string picture_html(const ExamplePicture& picture) {
  return fmt::format("<td><img alt=\"{}\" src=\"data:image/jpeg;base64,{}\"></td>",
                     markup_text(fmt::format("{} under {}", picture.sample, picture.label)),
                     base64(picture.jpeg));
}

std::string row_html(const ExampleRow& row) {
  const ExamplePicture& first = *row.front();
  const std::string family =
      first.family.empty() ? "" : fmt::format("{}<br>", markup_text(first.family));
  std::string text = fmt::format("<tr data-family=\"{}\"><th scope=\"row\">{}<code>{}</code></th>",
                                 markup_text(first.family), family, markup_text(first.label));
  for (const ExamplePicture* picture : row) text += picture_html(*picture);
  return text + "</tr>\n";
}

}  // namespace

std::string html_examples(const RunRecord& run) {
  if (run.pictures.empty()) return "";
  std::string body;
  for (const ExampleRow& row : example_rows_of(run)) body += row_html(row);
  return html_section(
      "examples", "What the hardest conditions look like",
      "<div class=\"scroll\" tabindex=\"0\"><table class=\"examples\"><caption>The clean picture, and "
      "the "
      "condition of each family with the largest mean drift of the first model. Conditions of different "
      "families are not on one scale.</caption>\n<tbody>\n" +
          body + "</tbody></table></div>\n");
}

}  // namespace robench
