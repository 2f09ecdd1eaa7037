// SPDX-License-Identifier: Apache-2.0
// The tables of report.html that stand in it without any script.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "perturb/params.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/markup.h"
#include "reports/missing_values.h"
#include "reports/numbers.h"

namespace robench {
namespace {

using Names = std::vector<std::string>;

HtmlCell measure_cell(const Measure* measure) {
  return {in_words(measure), available(measure) ? shortest(measure->value) : "-1e300",
          available(measure) || measure == nullptr || measure->note.empty()
              ? ""
              : fmt::format(" title=\"{}\"", markup_text(measure->note)),
          true};
}

HtmlCell count_cell(const Measure* measure) {
  if (!available(measure)) return {"n/a", "-1", "", true};
  return {grouped(measure->n) + (measure->n < kFewSamples ? " (few)" : ""), std::to_string(measure->n),
          "", true};
}

/// The severity behind the perturbation's name, for the filter: "" where there is none.
std::string severity_of(const ComparisonRow& row) {
  if (row.clean) return "0";
  const std::string head = row.perturbation + "@";
  if (!row.label.starts_with(head)) return "";
  return row.label.substr(head.size(), row.label.find(' ', head.size()) - head.size());
}

std::string rate_title(const ModelComparison& comparison) {
  return comparison.non_match == "fnmr" ? "FNMR [95 % CI]" : "self non-match rate [95 % CI]";
}

void add_rows(HtmlTable& table, const ModelComparison& comparison, const StageComparison& stage) {
  for (const ComparisonRow& row : stage.rows)
    for (std::size_t m = 0; m < comparison.models.size(); ++m) {
      const ComparisonEntry& entry = row.entries[m];
      const char* mark = entry.rank == Rank::most ? "▲ " : entry.rank == Rank::least ? "▼ " : "";
      HtmlCell drift = measure_cell(entry.drift);
      drift.html = mark + drift.html;
      std::vector<HtmlCell> cells{{"<code>" + markup_text(row.label) + "</code>"},
                                  {markup_text(row.family)},
                                  {markup_text(comparison.models[m])},
                                  {markup_text(stage.stage)},
                                  std::move(drift)};
      if (!comparison.non_match.empty()) cells.push_back(measure_cell(entry.non_match));
      cells.push_back(measure_cell(entry.failure));
      cells.push_back(count_cell(entry.drift));
      table.add(
          cells,
          fmt::format(" data-family=\"{}\" data-model=\"{}\" data-stage=\"{}\" data-severity=\"{}\"",
                      markup_text(row.clean ? "" : row.family), markup_text(comparison.models[m]),
                      markup_text(stage.stage), markup_text(severity_of(row))));
    }
}

std::string option(const std::string& name, const std::string& value, bool checked) {
  return fmt::format("<label><input type=\"checkbox\" name=\"{}\" value=\"{}\"{}> {}</label>", name,
                     markup_text(value), checked ? " checked" : "", markup_text(value));
}

std::string choices(const char* title, const std::string& name, const Names& values) {
  if (values.size() < 2) return "";
  std::string text = fmt::format("<fieldset><legend>{}</legend>", title);
  for (const std::string& value : values) text += option(name, value, true);
  return text + "</fieldset>\n";
}

}  // namespace

std::string html_filters(const RunRecord& run) {
  Names families;
  std::vector<double> severities;
  for (const CellRecord& cell : run.cells) {
    if (cell.perturbation == "identity" || repeats_clean(cell)) continue;
    add_once(families, cell.family);
    if (cell.severity) severities.push_back(*cell.severity);
  }
  std::sort(severities.begin(), severities.end());
  Names levels;
  for (const double severity : severities) add_once(levels, shortest(severity));
  const std::string all =
      choices("Models", "model", run.models) + choices("Families", "family", families) +
      choices("Severities", "severity", levels) + choices("Stages", "stage", stages_of(run));
  if (all.empty()) return "";
  return "<details class=\"filters js\" open><summary>Filter</summary>\n<form id=\"filters\">\n" + all +
         "<p><button type=\"reset\">Show all</button> <output id=\"filter-state\"></output></p>\n"
         "</form></details>\n";
}

std::string html_conditions(const RunRecord& run, const ModelComparison& comparison) {
  Names titles{"condition", "family", "model", "stage", "drift [95 % CI]"};
  if (!comparison.non_match.empty()) titles.push_back(rate_title(comparison));
  for (const char* title : {"failure to acquire", "n"}) titles.emplace_back(title);
  HtmlTable table("▲ most and ▼ least drift of a model within a family; families are not on one scale",
                  titles);
  table.css("sortable");
  for (const StageComparison& stage : comparison.stages) add_rows(table, comparison, stage);
  if (table.empty()) return "";
  const char* crop = "At the crop stage faces are aligned by clean landmarks: a lower bound on drift. ";
  const Names stages = stages_of(run);
  const bool has_crop = std::find(stages.begin(), stages.end(), "crop") != stages.end();
  return html_section(
      "conditions", "Conditions",
      fmt::format(
          "<p>{}Drift is the mean angle between the clean and the perturbed embedding of a {}; n "
          "is the number of {} in it, (few) below {}.</p>\n",
          has_crop ? crop : "", comparison.samples.one, comparison.samples.many, kFewSamples) +
          table.text());
}

std::string html_acquisition(const RunRecord& run) {
  std::map<std::string, std::map<std::string, std::int64_t>> counts;  // status, model
  std::map<std::string, std::int64_t> fallbacks;
  for (const SampleRecord& sample : run.samples) {
    ++counts[sample.status][sample.model];
    fallbacks[sample.model] += sample.fallback_box ? 1 : 0;
  }
  if (counts.empty()) return "";
  Names titles{"status"};
  for (const std::string& model : run.models) titles.push_back(markup_text(model));
  HtmlTable table(fmt::format("Clean {} by how they were acquired", sample_words(run).many), titles);
  const auto add = [&](const std::string& label, std::map<std::string, std::int64_t>& by_model) {
    std::vector<HtmlCell> cells{{label}};
    for (const std::string& model : run.models)
      cells.push_back({grouped(by_model[model]), "", "", true});
    table.add(cells);
  };
  for (auto& [status, by_model] : counts) add("<code>" + markup_text(status) + "</code>", by_model);
  add("of the <code>ok</code>: fall-back box", fallbacks);
  return table.text();
}

std::string html_notes(const RunRecord& run) {
  std::string text;
  for (const std::string& note : run.notes) text += "<li>" + markup_sentence(note) + "</li>\n";
  for (const auto& [reason, names] : missing_values(run)) {
    Names code;
    const NamedAndCounted parts = named_and_counted(names);
    for (const std::string& name : parts.named) code.push_back("<code>" + markup_text(name) + "</code>");
    for (const std::string& words : parts.counted) code.push_back(markup_text(words));
    text +=
        fmt::format("<li>no value for {}: {}</li>\n", fmt::join(code, ", "), markup_sentence(reason));
  }
  return html_section("notes", "Notes", text.empty() ? "" : "<ul class=\"notes\">\n" + text + "</ul>\n");
}

}  // namespace robench
