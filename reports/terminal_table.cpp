// SPDX-License-Identifier: Apache-2.0
#include "reports/terminal_table.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "reports/findings.h"
#include "reports/numbers.h"
#include "reports/stage_table.h"
#include "reports/summary_section.h"
#include "reports/text.h"

namespace robench {
namespace {

constexpr int kNarrowest = 60;           // columns; a narrower terminal breaks the lines itself
constexpr int kWidestProse = 100;        // longer lines are tiring to read
constexpr std::size_t kMostReasons = 3;  // why values are missing; report.md gives all
constexpr int kTermWidth = 8;            // of a word that the legend explains

/// `text` wrapped, with `head` before the first line and as many spaces before the others.
std::string hanging(const std::string& head, const std::string& text, int columns) {
  const int indent = display_width(head);
  std::string result;
  for (const std::string& line : wrapped(one_line(text), columns - indent)) {
    result += (result.empty() ? head : std::string(static_cast<std::size_t>(indent), ' ')) + line + '\n';
  }
  return result;
}

std::string legend_line(const std::string& term, const std::string& text, int columns) {
  return hanging("  " + padded(term, kTermWidth, Align::left) + " ", text, columns);
}

std::vector<const ComparisonEntry*> entries_of(const ModelComparison& comparison) {
  std::vector<const ComparisonEntry*> entries;
  for (const StageComparison& stage : comparison.stages) {
    for (const ComparisonRow& row : stage.rows) {
      for (const ComparisonEntry& entry : row.entries) entries.push_back(&entry);
    }
  }
  return entries;
}

/// "1,489 to 1,500", or one number where all are equal; nothing without a value.
std::optional<std::string> range_of_n(const std::vector<const Measure*>& measures) {
  std::int64_t low = std::numeric_limits<std::int64_t>::max();
  std::int64_t high = -1;
  for (const Measure* measure : measures) {
    if (!available(measure)) continue;
    low = std::min(low, measure->n);
    high = std::max(high, measure->n);
  }
  if (high < 0) return std::nullopt;
  return low == high ? grouped(low) : fmt::format("{} to {}", grouped(low), grouped(high));
}

std::string rate_legend(const ModelComparison& comparison) {
  return comparison.non_match == "fnmr"
             ? fmt::format("false non-match rate in %: mated comparisons refused at {}",
                           comparison.threshold)
             : "self non-match rate in %: clean picture against its own perturbed one, at the card's "
               "published threshold";
}

std::string rate_count(const ModelComparison& comparison) {
  std::vector<const Measure*> rates;
  for (const ComparisonEntry* entry : entries_of(comparison)) rates.push_back(entry->non_match);
  const auto n = range_of_n(rates);
  return n ? fmt::format(" (n = {})", *n) : std::string();
}

std::string failure_legend(const ModelComparison& comparison, CountsPlace counts) {
  std::string text =
      fmt::format("failure to acquire in %: {} that gave no embedding", comparison.samples.many);
  if (counts != CountsPlace::above) return text;
  const Measure* failure = entries_of(comparison).front()->failure;
  if (!available(failure)) return text + ": not measured";
  const std::string where = failure->value == 0 ? "0.0 everywhere" : in_words(failure) + " everywhere";
  return fmt::format("{}: {} (of {})", text, where, grouped(failure->n));
}

std::string count_legend(const ModelComparison& comparison, CountsPlace counts) {
  bool few = false;
  for (const ComparisonEntry* entry : entries_of(comparison)) {
    few = few || (available(entry->drift) && entry->drift->n < kFewSamples);
  }
  const std::string warning =
      few ? fmt::format("; * fewer than {}: trust the intervals, not the values", kFewSamples) : "";
  if (counts != CountsPlace::above)
    return fmt::format("{} that the drift is a mean of{}", comparison.samples.many, warning);
  return fmt::format("{} {} under every condition{}", count_text(entries_of(comparison).front()->drift),
                     comparison.samples.many, warning);
}

std::string legend(const ModelComparison& comparison, int columns) {
  const CountsPlace counts = counts_place(comparison);
  std::string result =
      legend_line("drift", "mean angle between clean and perturbed embedding, in degrees", columns);
  if (!comparison.non_match.empty()) {
    result +=
        legend_line(rate_title(comparison), rate_legend(comparison) + rate_count(comparison), columns);
  }
  result += legend_line("FTA", failure_legend(comparison, counts), columns);
  result += legend_line("n", count_legend(comparison, counts), columns);
  result += legend_line("▲ ▼", "most and least drift of the model within the family", columns);
  return result;
}

std::string title(const RunRecord& run, const Painter& paint) {
  return paint(Style::bold, fmt::format("{} on {}", one_line(run.suite), one_line(run.data))) +
         paint(Style::faint, fmt::format("  seed {}{}", run.seed, run.is_private ? ", private" : "")) +
         '\n';
}

/// Why values of the table are missing, each reason once.
std::vector<std::string> missing_values(const ModelComparison& comparison) {
  std::vector<std::string> reasons;
  std::set<std::pair<std::string, std::string>> seen;
  for (const ComparisonEntry* entry : entries_of(comparison)) {
    for (const Measure* measure : {entry->drift, entry->non_match, entry->failure}) {
      if (measure == nullptr || available(measure)) continue;
      if (seen.insert({measure->name, measure->note}).second) {
        reasons.push_back(fmt::format("{}: n/a: {}", measure->name, measure->note));
      }
    }
  }
  if (reasons.size() > kMostReasons) {
    const std::size_t more = reasons.size() - kMostReasons;
    reasons.resize(kMostReasons);
    reasons.push_back(fmt::format("{} more reasons for missing values: see report.md", more));
  }
  return reasons;
}

std::string section(const std::string& heading, const std::string& body, const Painter& paint) {
  return body.empty() ? "" : '\n' + paint(Style::bold, heading) + '\n' + body;
}

std::string gates(const RunRecord& run, int columns, const Painter& paint) {
  std::string text;
  for (const GateRecord& gate : run.gates) {
    const std::string verdict =
        gate.passed ? paint(Style::good, "  passed  ") : paint(Style::bad, "  FAILED  ");
    const std::string body = hanging("          ", gate.text + ": " + gate.found, columns);
    text += verdict + body.substr(10);
  }
  return text;
}

std::string robustness(const RunRecord& run, int columns) {
  std::string text;
  for (const std::string& sentence : summary_sentences(run)) text += hanging("  - ", sentence, columns);
  return text;
}

std::string notes(const RunRecord& run, const ModelComparison& comparison, int columns) {
  std::string text;
  for (const std::string& note : run.notes) text += hanging("  - ", note, columns);
  for (const std::string& reason : missing_values(comparison)) text += hanging("  - ", reason, columns);
  return text;
}

std::string numbered_findings(const RunRecord& run, int columns) {
  const std::vector<std::string> sentences = run.findings.empty() ? findings(run) : run.findings;
  std::string text;
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    text += hanging(fmt::format("  {}. ", i + 1), sentences[i], columns);
  }
  return text;
}

}  // namespace

std::string terminal_report(const RunRecord& run, int columns, bool colour) {
  const Painter paint(colour);
  const int width = std::max(columns, kNarrowest);
  const int prose = std::min(width, kWidestProse);
  const ModelComparison comparison = compare_models(run);
  std::string text = title(run, paint);
  if (entries_of(comparison).empty()) {
    text += "  Nothing was judged: no model or no condition.\n";
  } else {
    text += legend(comparison, prose);
  }
  for (const StageComparison& stage : comparison.stages) {
    text += section(stage.stage + " stage", stage_table(comparison, stage, width, paint), paint);
  }
  text += section("Robustness summary", robustness(run, prose), paint);
  text += section("Gates", gates(run, prose, paint), paint);
  text += section("Notes", notes(run, comparison, prose), paint);
  return text + section("Findings", numbered_findings(run, prose), paint);
}

}  // namespace robench
