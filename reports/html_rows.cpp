// SPDX-License-Identifier: Apache-2.0
// All measures of a run as one block of JSON: a table of ten thousand rows would be megabytes of markup.
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "perturb/params.h"
#include "reports/html_sections.h"
#include "reports/text.h"

namespace robench {
namespace {

/// Every text once; rows hold its place.
class Texts {
 public:
  std::size_t place(const std::string& text) {
    const auto [known, is_new] = places_.try_emplace(text, all_.size());
    if (is_new) all_.push_back(valid_utf8(text));
    return known->second;
  }
  [[nodiscard]] const std::vector<std::string>& all() const { return all_; }

 private:
  std::map<std::string, std::size_t> places_;
  std::vector<std::string> all_;
};

/// Six digits: more than any interval here is wide, and half the size.
std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.6g}", value) : "null"; }

std::string measure_row(Texts& texts, const Measure& measure) {
  const bool has_value = std::isfinite(measure.value);
  const auto limit = [&](double Interval::*end) {
    return has_value && measure.ci95 ? number((*measure.ci95).*end) : "null";
  };
  return fmt::format("[{},{},{},{},{},{},{}]", texts.place(measure.name), number(measure.value),
                     limit(&Interval::low), limit(&Interval::high), texts.place(measure.unit),
                     has_value || measure.n > 0 ? std::to_string(measure.n) : "null",
                     texts.place(measure.note));
}

/// The condition once, then its measures.
std::string cell_rows(Texts& texts, const CellRecord& cell) {
  std::vector<std::string> rows;
  for (const Measure& measure : cell.measures) rows.push_back(measure_row(texts, measure));
  const std::string label = cell.perturbation == "identity" ? "clean" : cell.label;
  return fmt::format("[{},{},{},{},{},{},[{}]]", texts.place(cell.model), texts.place(cell.stage),
                     texts.place(cell.family), texts.place(label),
                     cell.severity ? number(*cell.severity) : "null", texts.place(cell.repetition),
                     fmt::join(rows, ","));
}

/// JSON that no parser of HTML takes for the end of the script, nor one of scripts for a line end.
std::string in_script(const std::string& json) {
  std::string result;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const bool separator = json.compare(i, 2, "\xE2\x80") == 0 && i + 2 < json.size() &&
                           (json[i + 2] == '\xA8' || json[i + 2] == '\xA9');
    if (separator) {
      result += json[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else if (json[i] == '<' || json[i] == '>' || json[i] == '&') {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(json[i]));
    } else {
      result += json[i];
    }
  }
  return result;
}

}  // namespace

std::string html_rows(const RunRecord& run) {
  Texts texts;
  std::string rows;
  const auto add = [&](const CellRecord& cell) {
    if (!cell.measures.empty()) rows += (rows.empty() ? "\n" : ",\n") + cell_rows(texts, cell);
  };
  for (const CellRecord& cell : run.cells) add(cell);
  for (const SummaryRecord& summary : run.summaries) {
    CellRecord cell;
    cell.model = summary.model;
    cell.stage = summary.stage;
    cell.family = summary.scope.starts_with("family:") ? summary.scope.substr(7) : "summary";
    cell.label = "mean over " + summary.scope;
    cell.repetition = "all";
    cell.measures = summary.measures;
    add(cell);
  }
  if (rows.empty()) return "";
  return html_section("rows", "All rows",
                      "<noscript><p>This table needs scripts; rows.csv holds the same.</p></noscript>\n"
                      "<div id=\"all-rows\" class=\"js\"></div>\n") +
         "<script type=\"application/json\" id=\"rows-data\">{\"texts\":" +
         in_script(nlohmann::json(texts.all()).dump()) + ",\"cells\":[" + rows + "]}</script>\n";
}

}  // namespace robench
