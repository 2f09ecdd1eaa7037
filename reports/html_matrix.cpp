// SPDX-License-Identifier: Apache-2.0
// The first screen: how much each family costs each model, and where it costs most.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/markup.h"
#include "reports/numbers.h"
#include "reports/summary_scope.h"

namespace robench {
namespace {

using Names = std::vector<std::string>;

/// Shades are fixed classes, so that the same shade means the same in every report.
struct Scale {
  const char* title;
  std::array<double, 6> limits;  // upper limits of the shades but the last
  Names labels;
};
const Scale kRateScale{
    "FNMR, %", {0.01, 0.02, 0.05, 0.1, 0.2, 0.5}, {"0", "1", "2", "5", "10", "20", "50"}};
const Scale kDriftScale{"drift / non-mated",
                        {0.05, 0.1, 0.2, 0.35, 0.5, 0.75},
                        {"0", ".05", ".1", ".2", ".35", ".5", ".75"}};

std::size_t shade(const Scale& scale, double value) {
  return static_cast<std::size_t>(std::upper_bound(scale.limits.begin(), scale.limits.end(), value) -
                                  scale.limits.begin());
}

std::string legend(const Scale& scale) {
  std::string text = fmt::format("<p class=\"shades\" aria-hidden=\"true\">{}", scale.title);
  for (std::size_t i = 0; i < scale.labels.size(); ++i)
    text += fmt::format(" <span class=\"h{}\">{}{}</span>", i, scale.labels[i],
                        i + 1 == scale.labels.size() ? "+" : "");
  return text + "</p>\n";
}

const Measure* mean_fnmr(const RunRecord& run, const std::string& model, const std::string& stage,
                         const std::string& family) {
  for (const SummaryRecord& record : run.summaries)
    if (record.model == model && record.stage == stage && record.scope == "family:" + family)
      for (const Measure& measure : record.measures)
        if (measure.name == "mean_error:fnmr") return &measure;
  return nullptr;
}

Names families_of(const StageComparison& stage) {
  Names families;
  for (const ComparisonRow& row : stage.rows)
    if (!row.clean && (families.empty() || families.back() != row.family))
      families.push_back(row.family);
  return families;
}

/// What a cell of the map shows: the same quantity in all cells of a run.
enum class Shows { mean_rate, worst_rate, worst_drift };

Shows what_to_show(const RunRecord& run, const ModelComparison& comparison) {
  const bool has_mean = std::any_of(run.summaries.begin(), run.summaries.end(), [&](const auto& record) {
    return record.scope.starts_with("family:") &&
           available(mean_fnmr(run, record.model, record.stage, record.scope.substr(7)));
  });
  if (has_mean) return Shows::mean_rate;
  for (const StageComparison& stage : comparison.stages)
    for (const ComparisonRow& row : stage.rows)
      for (const ComparisonEntry& entry : row.entries)
        if (!row.clean && available(entry.non_match)) return Shows::worst_rate;
  return Shows::worst_drift;
}

/// The row of a family where `measure` of a model is largest; nullptr without any value.
const ComparisonRow* worst_row(const StageComparison& stage, const std::string& family,
                               std::size_t model, const Measure* ComparisonEntry::*measure) {
  const ComparisonRow* worst = nullptr;
  for (const ComparisonRow& row : stage.rows) {
    const Measure* value = row.entries[model].*measure;
    if (row.clean || row.family != family || !available(value)) continue;
    if (worst == nullptr || value->value > (worst->entries[model].*measure)->value) worst = &row;
  }
  return worst;
}

std::string severities_of(const std::vector<SummaryMember>& members) {
  Names parts;
  for (const SummaryMember& member : members)
    parts.push_back(fmt::format("{} ({})", markup_text(member.perturbation),
                                member.severities == 0 ? "none" : std::to_string(member.severities)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// A family, and which of its perturbations its mean leaves out.
std::string family_head(const std::string& family, const SummaryScope& scope, Shows shows) {
  if (shows != Shows::mean_rate || scope.over.empty() || scope.left_out.empty())
    return markup_text(family);
  return fmt::format("{}<small>left out, fewer than 3 severities: {}</small>", markup_text(family),
                     severities_of(scope.left_out));
}

std::string reason_of_no_value(const Measure* measure, const SummaryScope& scope, Shows shows) {
  if (measure != nullptr && !measure->note.empty()) return markup_text(measure->note);
  if (shows == Shows::mean_rate && scope.over.empty())
    return fmt::format("a mean needs 3 severities: {}", severities_of(scope.left_out));
  return "the reason is in the notes";
}

HtmlCell heat_cell(const RunRecord& run, const StageComparison& stage, const std::string& family,
                   std::size_t model, const SummaryScope& scope, Shows shows) {
  const auto member =
      shows == Shows::worst_drift ? &ComparisonEntry::relative : &ComparisonEntry::non_match;
  const Measure* measure = mean_fnmr(run, run.models[model], stage.stage, family);
  if (shows != Shows::mean_rate) {
    const ComparisonRow* row = worst_row(stage, family, model, member);
    measure = row == nullptr ? nullptr : row->entries[model].*member;
  }
  if (!available(measure))
    return {fmt::format("n/a <small>{}</small>", reason_of_no_value(measure, scope, shows)), "",
            " class=\"heat none\""};
  const Shown parts = shown(measure);
  const Scale& scale = shows == Shows::worst_drift ? kDriftScale : kRateScale;
  const std::string few =
      measure->n < kFewSamples ? fmt::format(" <small>n = {} (few)</small>", measure->n) : "";
  return {fmt::format("<b>{}{}</b> <small>{}</small>{}", parts.value,
                      parts.unit.empty() ? "" : " " + parts.unit, parts.interval, few),
          "", fmt::format(" class=\"heat h{}\"", shade(scale, measure->value))};
}

std::string heat_title(const ModelComparison& comparison, Shows shows) {
  if (shows == Shows::mean_rate)
    return fmt::format("Mean FNMR at {} over the severities of a family", comparison.threshold);
  if (shows == Shows::worst_drift) return "Largest relative drift within a family";
  return comparison.non_match == "fnmr"
             ? fmt::format("Largest FNMR at {} within a family", comparison.threshold)
             : "Largest self non-match rate within a family";
}

std::string heat_table(const RunRecord& run, const ModelComparison& comparison,
                       const StageComparison& stage, Shows shows) {
  Names titles{"family"};
  for (const std::string& model : run.models) titles.push_back(markup_text(model));
  HtmlTable table(fmt::format("{}, {} stage", heat_title(comparison, shows), markup_text(stage.stage)),
                  titles);
  const SummaryScope scope = summary_scope(run, stage.stage);
  table.css("heatmap");
  for (const std::string& family : families_of(stage)) {
    const SummaryScope own = of_family(scope, family);
    std::vector<HtmlCell> cells{{family_head(family, own, shows)}};
    for (std::size_t m = 0; m < run.models.size(); ++m)
      cells.push_back(heat_cell(run, stage, family, m, own, shows));
    table.add(cells, fmt::format(" data-family=\"{}\"", markup_text(family)));
  }
  return table.empty() ? "" : table.text();
}

std::string worst_table(const RunRecord& run, const ModelComparison& comparison,
                        const StageComparison& stage) {
  const bool has_rate = !comparison.non_match.empty();
  Names titles{"family", "model", "condition", "drift [95 % CI]"};
  if (has_rate) titles.emplace_back("non-match rate [95 % CI]");
  HtmlTable table(fmt::format("The condition that moves each model most, within each family, {} stage",
                              markup_text(stage.stage)),
                  titles);
  for (const std::string& family : families_of(stage))
    for (std::size_t m = 0; m < run.models.size(); ++m) {
      const ComparisonRow* row = worst_row(stage, family, m, &ComparisonEntry::drift);
      if (row == nullptr) continue;
      const ComparisonEntry& entry = row->entries[m];
      std::vector<HtmlCell> cells{{markup_text(family)},
                                  {markup_text(run.models[m])},
                                  {"<code>" + markup_text(row->label) + "</code>"},
                                  {in_words(entry.drift), "", "", true}};
      if (has_rate) cells.push_back({in_words(entry.non_match), "", "", true});
      table.add(cells, fmt::format(" data-family=\"{}\" data-model=\"{}\"", markup_text(family),
                                   markup_text(run.models[m])));
    }
  return table.empty() ? "" : table.text();
}

}  // namespace

std::string html_matrix(const RunRecord& run, const ModelComparison& comparison) {
  const Shows shows = what_to_show(run, comparison);
  std::string maps;
  for (const StageComparison& stage : comparison.stages)
    maps += heat_table(run, comparison, stage, shows);
  if (maps.empty()) return "";
  return html_section("matrix", "Models and families",
                      maps + legend(shows == Shows::worst_drift ? kDriftScale : kRateScale) +
                          "<p>Compare the models within a row. Severities of different families are not "
                          "on one scale: a row in strong shades is a harder set of conditions, not a "
                          "weaker model.</p>\n");
}

std::string html_worst(const RunRecord& run, const ModelComparison& comparison) {
  std::string tables;
  for (const StageComparison& stage : comparison.stages) tables += worst_table(run, comparison, stage);
  return html_section("worst", "What moves most", tables);
}

}  // namespace robench
