// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <fmt/format.h>

#include "perturb/params.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/markup.h"
#include "reports/numbers.h"

namespace robench {
namespace {

using nlohmann::json;

std::string value_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return shortest(value.get<double>());
  return value.is_null() ? "n/a" : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool is_multi_line(const json& value) {
  return value.is_string() && value.get_ref<const std::string&>().find('\n') != std::string::npos;
}

/// One row per value; the keys above it are before it: "models faceplugin dim".
void add_values(HtmlTable& table, std::string& texts, const std::string& name, const json& value) {
  if (is_multi_line(value)) {
    texts += fmt::format("<details><summary><code>{}</code></summary>\n<pre>{}</pre></details>\n",
                         markup_text(name), markup_lines(value.get<std::string>()));
  } else if (value.is_object()) {
    for (const auto& [key, inner] : value.items())
      add_values(table, texts, name.empty() ? key : name + " " + key, inner);
  } else {
    table.add({{markup_text(name)}, {"<code>" + markup_text(value_text(value)) + "</code>"}});
  }
}

}  // namespace

std::string html_provenance(const RunRecord& run) {
  HtmlTable table("All that the numbers depend on", {"what", "value"});
  table.css("keys");
  std::string texts;
  table.add({{"seed"}, {fmt::format("<code>{}</code>", run.seed)}});
  if (run.provenance.is_object()) add_values(table, texts, "", run.provenance);
  return html_section("provenance", "Provenance", table.text() + texts);
}

std::string html_execution(const RunRecord& run) {
  constexpr std::array<const char*, 4> kShown = {"command", "started", "wall_s", "threads"};
  HtmlTable table("The only part of this page that differs between equal runs", {"what", "value"});
  table.css("keys");
  if (run.execution.is_object())
    for (const char* key : kShown)
      if (run.execution.contains(key))
        table.add({{key}, {"<code>" + markup_text(value_text(run.execution[key])) + "</code>"}});
  return table.empty() ? "" : html_section("execution", "Execution", table.text());
}

}  // namespace robench
