// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "perturb/params.h"
#include "reports/markdown.h"
#include "reports/report_sections.h"

namespace robench {
namespace {

using nlohmann::json;

std::string cell_text(const json& value) {
  if (value.is_string()) return markdown_code(value.get<std::string>());
  if (value.is_number_float()) return markdown_code(shortest(value.get<double>()));
  if (value.is_null()) return "n/a";
  return markdown_code(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

bool has_own_table(const json& value) {
  return value.is_string() && value.get_ref<const std::string&>().find('\n') != std::string::npos;
}

bool is_object_of_objects(const json& value) {
  return value.is_object() && !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const json& inner) { return inner.is_object(); });
}

/// One row per inner object, one column per key that any of them has.
std::string table_of(const std::string& title, const json& value) {
  std::vector<std::string> titles{markdown_text(title)};
  for (const auto& [name, inner] : value.items()) {
    for (const auto& [key, ignored] : inner.items()) {
      if (std::find(titles.begin() + 1, titles.end(), key) == titles.end()) titles.push_back(key);
    }
  }
  MarkdownTable table(titles);
  for (std::size_t i = 1; i < titles.size(); ++i) table.align(i, Align::left);
  for (const auto& [name, inner] : value.items()) {
    std::vector<std::string> row{markdown_code(name)};
    for (std::size_t i = 1; i < titles.size(); ++i) {
      row.push_back(inner.contains(titles[i]) ? cell_text(inner[titles[i]]) : "");
    }
    table.add(std::move(row));
  }
  return "\n" + table.text();
}

}  // namespace

std::string provenance_section(const RunRecord& run) {
  if (!run.provenance.is_object() || run.provenance.empty()) return "";
  MarkdownTable plain({"what", "value"});
  plain.align(1, Align::left);
  std::string tables;
  std::string texts;
  for (const auto& [key, value] : run.provenance.items()) {
    if (is_object_of_objects(value)) {
      tables += table_of(key, value);
    } else if (has_own_table(value)) {
      texts += fmt::format("\n<details><summary>{}</summary>\n\n{}\n</details>\n", markdown_text(key),
                           markdown_code_block(value.get<std::string>(), ""));
    } else if (value.is_object()) {
      for (const auto& [inner, inner_value] : value.items()) {
        plain.add({markdown_text(key + " " + inner), cell_text(inner_value)});
      }
    } else {
      plain.add({markdown_text(key), cell_text(value)});
    }
  }
  return "\n## Provenance\n\n" + (plain.empty() ? "" : plain.text()) + tables + texts;
}

}  // namespace robench
