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

/// Every text once, as the markup shows it; rows hold its place.
class Texts {
 public:
  std::size_t place(const std::string& text) {
    const auto [known, is_new] = places_.try_emplace(text, all_.size());
    if (is_new) all_.push_back(one_line(text));
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

/// `geometry_r2:jaw_angle`: dozens of rows in each cell.
bool is_of_one_feature(const Measure& measure) {
  return measure.name.starts_with("geometry_") && measure.name.find(':') != std::string::npos;
}

/// Which rows the page holds. All are in rows.csv.
class RowChoice {
 public:
  explicit RowChoice(const RunRecord& run) {
    for (const CellRecord& cell : run.cells)
      repeated_ = repeated_ || (cell.repetition != "all" && cell.repetition != "1");
    std::size_t rows = 0;
    for (const CellRecord& cell : run.cells)
      if (holds(cell)) rows += cell.measures.size();
    with_features_ = rows <= kMostRows;
  }
  /// A single repetition says again what the pooled rows say.
  [[nodiscard]] bool holds(const CellRecord& cell) const {
    return repeated_ || cell.repetition == "all";
  }
  [[nodiscard]] bool holds(const Measure& measure) const {
    return with_features_ || !is_of_one_feature(measure);
  }
  [[nodiscard]] std::string left_out() const {
    std::string text;
    if (!repeated_) text = "There is one repetition, so its rows are not shown beside the pooled ones. ";
    if (!with_features_)
      text += "The rows of single geometry features would make the page several megabytes larger. ";
    return text.empty() ? "" : "<p>" + text + "rows.csv holds them.</p>\n";
  }

 private:
  static constexpr std::size_t kMostRows = 20'000;  // about 1 MB
  bool repeated_ = false;
  bool with_features_ = true;
};

/// The condition once, then its measures.
std::string cell_rows(Texts& texts, const CellRecord& cell, const RowChoice& choice) {
  std::vector<std::string> rows;
  for (const Measure& measure : cell.measures)
    if (choice.holds(measure)) rows.push_back(measure_row(texts, measure));
  const std::string label = cell.perturbation == "identity" ? "clean" : cell.label;
  return fmt::format("[{},{},{},{},{},{},[{}]]", texts.place(cell.model), texts.place(cell.stage),
                     texts.place(cell.family), texts.place(label),
                     cell.severity ? number(*cell.severity) : "null", texts.place(cell.repetition),
                     fmt::join(rows, ","));
}

/// JSON that no parser of HTML takes for the end of the script. Its texts are lines: they hold no
/// U+2028.
std::string in_script(const std::string& text) {
  std::string result;
  for (const char c : text)
    result += c == '<' || c == '>' || c == '&' ? fmt::format("\\u{:04x}", static_cast<unsigned>(c))
                                               : std::string(1, c);
  return result;
}

}  // namespace

std::string html_rows(const RunRecord& run) {
  Texts texts;
  std::string rows;
  const RowChoice choice(run);
  const auto add = [&](const CellRecord& cell) {
    if (!cell.measures.empty() && choice.holds(cell))
      rows += (rows.empty() ? "\n" : ",\n") + cell_rows(texts, cell, choice);
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
  return html_section(
             "rows", "All rows",
             choice.left_out() +
                 "<noscript><p>This table needs scripts; rows.csv holds the same.</p></noscript>\n"
                 "<div id=\"all-rows\" class=\"js\"></div>\n") +
         "<script type=\"application/json\" id=\"rows-data\">{\"texts\":" +
         in_script(nlohmann::json(texts.all()).dump()) + ",\"cells\":[" + rows + "]}</script>\n";
}

}  // namespace robench
