// SPDX-License-Identifier: Apache-2.0
#include "reports/summary_section.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/comparison.h"
#include "reports/markdown.h"
#include "reports/numbers.h"
#include "reports/summary_scope.h"

namespace robench {
namespace {

using Names = std::vector<std::string>;

const std::string kFnmr = "mean_error:fnmr";
const std::string kDrift = "mean_error:drift_angle_deg";

struct SummaryColumn {
  const char* measure;
  const char* title;
};
constexpr std::array<SummaryColumn, 5> kColumns = {
    {{"mean_error:fnmr", "mean FNMR, % [95 % CI]"},
     {"mean_error:drift_angle_deg", "mean drift, deg [95 % CI]"},
     {"breakdown_severity", "breakdown severity"},
     {"fmr_inflation", "FMR over clean"},
     {"corruption_error", "CE"}}};

const Measure* find(const RunRecord& run, const std::string& model, const std::string& stage,
                    const std::string& scope, const std::string& name) {
  for (const SummaryRecord& record : run.summaries) {
    if (record.model != model || record.stage != stage || record.scope != scope) continue;
    for (const Measure& measure : record.measures)
      if (measure.name == name) return &measure;
  }
  return nullptr;
}

Names distinct(const RunRecord& run, std::string SummaryRecord::*field, const std::string& stage) {
  Names names;
  for (const SummaryRecord& record : run.summaries) {
    if (!stage.empty() && record.stage != stage) continue;
    if (std::find(names.begin(), names.end(), record.*field) == names.end())
      names.push_back(record.*field);
  }
  return names;
}

/// A breakdown that was not reached has no value; its note says "> 5: ...".
std::string cell_text(const Measure* measure) {
  if (measure == nullptr) return "";
  if (!available(measure) && measure->note.starts_with(">"))
    return measure->note.substr(0, measure->note.find(':'));
  const Shown parts = shown(measure, 1);
  return parts.interval.empty() ? parts.value : parts.value + " " + parts.interval;
}

std::string summary_table_of(const RunRecord& run, const std::string& stage) {
  const Names scopes = distinct(run, &SummaryRecord::scope, stage);
  std::vector<SummaryColumn> columns;
  for (const SummaryColumn& column : kColumns) {
    const bool shown_somewhere =
        std::any_of(scopes.begin(), scopes.end(), [&](const std::string& scope) {
          return std::any_of(run.models.begin(), run.models.end(), [&](const std::string& model) {
            const std::string text = cell_text(find(run, model, stage, scope, column.measure));
            return !text.empty() && text != "n/a";
          });
        });
    if (shown_somewhere) columns.push_back(column);
  }
  if (columns.empty()) return "";
  Names titles{"over"};
  for (const std::string& model : run.models)
    for (const SummaryColumn& column : columns)
      titles.push_back(markdown_text(model) + "<br>" + column.title);
  MarkdownTable table(titles);
  for (const std::string& scope : scopes) {
    Names row{markdown_code(scope)};
    for (const std::string& model : run.models)
      for (const SummaryColumn& column : columns)
        row.push_back(cell_text(find(run, model, stage, scope, column.measure)));
    table.add(std::move(row));
  }
  return table.text();
}

/// "faceplugin 1.2 % [0.9, 1.6], dlib_resnet 5.0 % [4.1, 6.0]", in the order of the run.
std::string of_models(const RunRecord& run, const std::string& stage, const std::string& scope,
                      const std::string& name) {
  Names parts;
  for (const std::string& model : run.models)
    if (const Measure* measure = find(run, model, stage, scope, name); available(measure))
      parts.push_back(fmt::format("{} {}", model, in_words(measure)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string ranking_sentence(const RunRecord& run, const std::string& stage) {
  const Measure* flips = find(run, "all", stage, "all", "ranking_flip_rate:fnmr");
  if (!available(flips)) return "";
  std::vector<std::pair<double, std::string>> ranked;
  for (const std::string& model : run.models) {
    const Measure* rank = find(run, model, stage, "all", "rank:fnmr");
    if (!available(rank)) return "";
    ranked.emplace_back(rank->value, model);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Names order;
  for (const auto& [rank, model] : ranked) order.push_back(model);
  return fmt::format(
      "by mean FNMR, least first: {}; resampled people put the models in another order in {} % of "
      "{} draws",
      fmt::join(order, ", "), percent(flips->value), grouped(flips->n));
}

void add_sentence(Names& sentences, const std::string& head, const std::string& body) {
  if (!body.empty()) sentences.push_back(head + body);
}

Names sentences_of(const RunRecord& run, const std::string& stage) {
  const std::string at = stages_of(run).size() > 1 ? stage + " stage, " : "";
  const SummaryScope scope = summary_scope(run, stage);
  const std::string fnmr = of_models(run, stage, "all", kFnmr);
  const std::string drift = of_models(run, stage, "all", kDrift);
  Names sentences;
  add_sentence(sentences,
               fmt::format("{}mean FNMR over the severities of {}, families averaged first: ", at,
                           over_in_words(scope)),
               fnmr);
  add_sentence(sentences, at + "mean drift (angles of different models are not on one scale): ", drift);
  if (!fnmr.empty() || !drift.empty()) add_sentence(sentences, at, left_out_in_words(scope));
  add_sentence(sentences, at + "mCE: ", of_models(run, stage, "all", "mce"));
  add_sentence(sentences, at + "relative mCE: ", of_models(run, stage, "all", "relative_mce"));
  add_sentence(sentences, at, ranking_sentence(run, stage));
  return sentences;
}

}  // namespace

std::string summary_section(const RunRecord& run) {
  std::string text;
  for (const std::string& stage : distinct(run, &SummaryRecord::stage, "")) {
    text +=
        fmt::format("\n### {} stage\n\n", markdown_text(stage)) + summary_table_of(run, stage) + "\n";
    for (const std::string& sentence : sentences_of(run, stage))
      text += "- " + markdown_sentence(sentence) + "\n";
    for (const char* name : {"mce", "relative_mce"})
      for (const std::string& model : run.models)
        if (const Measure* measure = find(run, model, stage, "all", name)) {
          text += "- " + markdown_code(name) + ": " + markdown_sentence(measure->note) + "\n";
          break;  // the formula is the same for all
        }
  }
  if (text.empty()) return "";
  return "\n## Robustness summary\n\nMeans over the severities of each perturbation that was run at "
         "three or more; a family is the mean of those of its perturbations, `all` the mean of those "
         "families. Breakdown: the severity at which FNMR "
         "passes the limit. All summaries and their notes are in rows.csv.\n" +
         text;
}

std::vector<std::string> summary_sentences(const RunRecord& run) {
  Names all;
  for (const std::string& stage : distinct(run, &SummaryRecord::stage, "")) {
    Names own = sentences_of(run, stage);
    std::move(own.begin(), own.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace robench
