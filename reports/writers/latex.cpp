// SPDX-License-Identifier: Apache-2.0
// table.tex: the comparison table of each stage for a paper, with booktabs and siunitx.
#include "reports/latex.h"

#include <fmt/format.h>

#include "reports/comparison.h"
#include "reports/numbers.h"
#include "reports/writer.h"

namespace robench::writers {
namespace {

constexpr int kDecimals = 1;

bool has_rate(const ModelComparison& comparison) { return !comparison.non_match.empty(); }

std::string rate_title(const ModelComparison& comparison) {
  return comparison.non_match == "fnmr" ? "FNMR" : "self non-match rate";
}

/// An S column takes numbers only; everything else goes in braces.
std::string number_cell(const Measure* measure, bool bold) {
  const std::string value = shown(measure, kDecimals).value;
  if (!available(measure)) return "{n/a}";
  return bold ? "\\bfseries " + value : value;
}

std::string interval_cell(const Measure* measure) {
  const std::string interval = shown(measure, kDecimals).interval;
  return interval.empty() ? "" : "{" + interval + "}";
}

/// Lower than that of every other model, by intervals that have no point in common.
bool is_best(const ComparisonRow& row, std::size_t model) {
  const Measure* mine = row.entries[model].non_match;
  if (!available(mine) || row.entries.size() < 2) return false;
  for (std::size_t m = 0; m < row.entries.size(); ++m) {
    const Measure* other = row.entries[m].non_match;
    if (m != model && (!available(other) || mine->value >= other->value || !separable(*mine, *other)))
      return false;
  }
  return true;
}

/// A number close to its interval.
const std::string kPair = " S[table-format=3.1] @{\\enspace} l";

std::string columns(const ModelComparison& comparison) {
  std::string format = "l";
  for (std::size_t m = 0; m < comparison.models.size(); ++m)
    format += kPair + (has_rate(comparison) ? kPair : "");
  return format;
}

/// The models above their columns, each with a rule of its own, then what the columns hold.
std::string head(const ModelComparison& comparison) {
  const int width = has_rate(comparison) ? 4 : 2;
  std::string models;
  std::string rules;
  std::string titles;
  int column = 2;
  for (const std::string& model : comparison.models) {
    models += fmt::format(" & \\multicolumn{{{}}}{{c}}{{{}}}", width, latex_text(model));
    rules += fmt::format("\\cmidrule(lr){{{}-{}}}", column, column + width - 1);
    titles += " & \\multicolumn{2}{c}{drift, \\si{\\degree}}";
    if (has_rate(comparison))
      titles +=
          fmt::format(" & \\multicolumn{{2}}{{c}}{{{}, \\si{{\\percent}}}}", rate_title(comparison));
    column += width;
  }
  return fmt::format("\\toprule\n{} \\\\\n{}\n{} \\\\\n\\midrule\n", models, rules, titles);
}

std::string line(const ComparisonRow& row, const ModelComparison& comparison) {
  std::string text = latex_text(row.label);
  for (std::size_t m = 0; m < row.entries.size(); ++m) {
    const ComparisonEntry& entry = row.entries[m];
    // The clean picture has no drift from itself.
    text += row.clean
                ? " & {--} &"
                : fmt::format(" & {} & {}", number_cell(entry.drift, false), interval_cell(entry.drift));
    if (has_rate(comparison))
      text += fmt::format(" & {} & {}", number_cell(entry.non_match, is_best(row, m)),
                          interval_cell(entry.non_match));
  }
  return text + " \\\\\n";
}

std::string body(const StageComparison& stage, const ModelComparison& comparison) {
  std::string text;
  std::string family;
  for (const ComparisonRow& row : stage.rows) {
    if (!row.clean && row.family != family) {
      family = row.family;
      text += "\\addlinespace\n\\textit{" + latex_text(family) + "} \\\\\n";
    }
    text += line(row, comparison);
  }
  return text;
}

std::string table(const RunRecord& run, const StageComparison& stage,
                  const ModelComparison& comparison) {
  std::string caption =
      fmt::format("{} on {}, {} stage: mean angle between clean and perturbed embedding",
                  latex_text(run.suite), latex_text(run.data), latex_text(stage.stage));
  if (has_rate(comparison))
    caption += fmt::format(
        " and {} at the frozen threshold, with 95\\,\\% intervals by bootstrap over subjects. Bold: "
        "lower than every other model's, by intervals that share no point",
        rate_title(comparison));
  return fmt::format(
      "\\begin{{table}}\n\\centering\n\\caption{{{}.}}\n\\label{{tab:robench-{}-{}}}\n"
      "\\begin{{tabular}}{{{}}}\n{}{}\\bottomrule\n\\end{{tabular}}\n\\end{{table}}\n",
      caption, latex_text(run.suite), latex_text(stage.stage), columns(comparison), head(comparison),
      body(stage, comparison));
}

std::string write_latex(const RunRecord& run) {
  const ModelComparison comparison = compare_models(run);
  std::string text =
      "% Needs \\usepackage{booktabs} and \\usepackage[detect-weight]{siunitx}.\n"
      "% A wide table: put it into a table* or into \\resizebox where it does not fit.\n";
  for (const StageComparison& stage : comparison.stages) text += table(run, stage, comparison);
  return text;
}

}  // namespace

WriterSpec latex() {
  return {"latex", "the comparison table for a paper, with booktabs and siunitx", "table.tex",
          write_latex};
}

}  // namespace robench::writers
