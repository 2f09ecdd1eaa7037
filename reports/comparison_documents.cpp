// SPDX-License-Identifier: Apache-2.0
// The texts of a comparison that people read: for a terminal and for a pull request.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "metrics/paired_cells.h"
#include "reports/markdown.h"
#include "reports/missing_values.h"
#include "reports/numbers.h"
#include "reports/run_comparison.h"
#include "reports/text.h"

namespace robench {
namespace {

constexpr std::size_t kMostRows = 12;  // of one measure; a table of 60 conditions is not read

struct Row {
  const PairedCell* cell = nullptr;
  const JudgedPair* judged = nullptr;
};

/// What a reader must see comes first: worse, better, cannot tell; in each the largest difference.
int urgency(PairedVerdict verdict) {
  switch (verdict) {
    case PairedVerdict::worse:
      return 0;
    case PairedVerdict::better:
      return 1;
    case PairedVerdict::cannot_tell:
      return 2;
    case PairedVerdict::equivalent:
      return 3;
    default:
      return 4;
  }
}

std::vector<Row> rows_of(const ComparedPair& pair, const std::string& measure) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < pair.cells.size(); ++i)
    if (pair.cells[i].measure == measure) rows.push_back({&pair.cells[i], &pair.judged[i]});
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    const auto key = [](const Row& row) {
      return std::pair(urgency(row.judged->verdict), -std::abs(row.judged->limit.difference));
    };
    return key(a) < key(b);
  });
  return rows;
}

bool in_percent(const PairedCell& cell) { return cell.unit == "share"; }

std::string number(const PairedCell& cell, double value, bool sign = false) {
  const double scaled = in_percent(cell) ? 100 * value : value;
  return (sign && scaled > 0 ? "+" : "") + fixed(scaled, 2);
}

/// "5 worse, 55 equivalent"; where nothing differs anywhere, also the value.
std::string counts(const std::vector<Row>& rows) {
  std::map<PairedVerdict, int> by_verdict;
  for (const Row& row : rows) ++by_verdict[row.judged->verdict];
  std::string text;
  for (const auto& [verdict, count] : by_verdict)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, to_string(verdict));
  const PairedCell& first = *rows.front().cell;
  const bool one_value = std::all_of(rows.begin(), rows.end(), [&](const Row& row) {
    return row.judged->verdict == PairedVerdict::identical && row.cell->a == first.a;
  });
  return one_value
             ? fmt::format("{} ({} {})", text, number(first, first.a), in_percent(first) ? "%" : "deg")
             : text;
}

std::string interval(const PairedCell& cell, const std::optional<double>& low,
                     const std::optional<double>& high) {
  if (!low || !high) return "";
  return fmt::format("[{}, {}]", number(cell, *low), number(cell, *high));
}

std::vector<std::string> cells_of(const Row& row) {
  const PairedCell& cell = *row.cell;
  const SimultaneousLimit& limit = row.judged->limit;
  return {cell.stage + " " + (cell.clean ? "clean" : cell.label),
          number(cell, cell.a),
          number(cell, cell.b),
          number(cell, limit.difference, true),
          interval(cell, limit.low, limit.high),
          grouped(row.judged->differences.n),
          std::string(to_string(row.judged->verdict))};
}

const std::vector<std::string> kTitles = {"condition", "A", "B", "B - A", "95 % limits", "n", "verdict"};

std::string margin_text(const Row& row) {
  const PairedCell& cell = *row.cell;
  return number(cell, row.judged->margin) + (in_percent(cell) ? " points" : " deg");
}

/// The rows of a measure that are worth a table: none where all are identical or without a value.
std::vector<Row> shown_rows(const std::vector<Row>& rows) {
  std::vector<Row> shown;
  for (const Row& row : rows)
    if (row.judged->verdict != PairedVerdict::no_value &&
        row.judged->verdict != PairedVerdict::identical && shown.size() < kMostRows)
      shown.push_back(row);
  return shown;
}

std::string unit_text(const PairedCell& cell) { return in_percent(cell) ? "%" : "deg"; }

std::string rest_text(std::size_t shown, std::size_t all) {
  if (shown == 0 || shown == all) return "";
  return fmt::format("{} of {} conditions shown; all of them: --as csv", shown, all);
}

std::string text_table(const std::vector<Row>& rows) {
  std::vector<std::vector<std::string>> lines = {kTitles};
  for (const Row& row : rows) lines.push_back(cells_of(row));
  std::vector<int> widths(kTitles.size(), 0);
  for (const auto& line : lines)
    for (std::size_t c = 0; c < line.size(); ++c)
      widths[c] = std::max(widths[c], display_width(line[c]));
  std::string text;
  for (const auto& line : lines) {
    std::string row = " ";
    for (std::size_t c = 0; c < line.size(); ++c) {
      const bool left = c == 0 || c + 1 == line.size();
      row += " " + padded(line[c], widths[c], left ? Align::left : Align::right) + " ";
    }
    text += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

bool has_values(const std::vector<Row>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const Row& row) { return !row.cell->values.empty(); });
}

/// The measures that both sides have, in their order. Of drift one: in degrees where the models are the
/// same, else as a share of each model's own distances.
std::vector<std::string> measures_with_values(const ComparedPair& pair) {
  std::vector<std::string> measures;
  for (const std::string& measure : paired_measures()) {
    const bool again =
        measure == "drift_relative" && !measures.empty() && measures.back() == "drift_angle_deg";
    if (!again && has_values(rows_of(pair, measure))) measures.push_back(measure);
  }
  return measures;
}

/// Why measures have no value, each reason once: "no value of fnmr, fmr: no threshold ...".
std::vector<std::string> reasons_without_value(const RunComparison& comparison,
                                               const ComparedPair& pair) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_reason;
  const auto valued = measures_with_values(pair);
  const auto has = [&](const char* measure) {
    return std::find(valued.begin(), valued.end(), measure) != valued.end();
  };
  for (const std::string& measure : paired_measures()) {
    const auto rows = rows_of(pair, measure);
    if (rows.empty() || has_values(rows)) continue;
    if (measure.starts_with("drift_") && (has("drift_angle_deg") || has("drift_relative"))) continue;
    const std::string& reason = rows.front().cell->missing;
    auto known = std::find_if(by_reason.begin(), by_reason.end(),
                              [&](const auto& entry) { return entry.first == reason; });
    if (known == by_reason.end()) known = by_reason.insert(known, {reason, {}});
    known->second.push_back(measure);
  }
  std::vector<std::string> texts;
  for (const auto& [reason, measures] : by_reason)
    texts.push_back(fmt::format("no value of {}: {}", fmt::join(measures, ", "), reason));
  if (!texts.empty() && !has("fnmr") && comparison.units.many == "faces")
    texts.back() +=
        "; error rates need names: --data folders:DIR, or a manifest with a column `subject`";
  return texts;
}

std::string scale_text(const DriftScale& scale, const Words& units) {
  const std::string pairs =
      scale.of_non_mated ? "non-mated comparisons" : fmt::format("pairs of {}", units.many);
  return fmt::format("{:.3g} over {} {}", scale.distance, grouped(scale.pairs), pairs);
}

/// Is there a value that differs, and nothing to tell by how much at most?
bool lacks_limits(const RunComparison& comparison) {
  for (const ComparedPair& pair : comparison.pairs)
    for (const JudgedPair& judged : pair.judged)
      if (judged.verdict == PairedVerdict::cannot_tell && !judged.limit.low) return true;
  return false;
}

std::vector<std::string> footnotes(const RunComparison& comparison) {
  std::vector<std::string> notes;
  bool has_rates = false;
  for (const ComparedPair& pair : comparison.pairs) {
    for (const std::string& reason : reasons_without_value(comparison, pair)) add_once(notes, reason);
    if (!pair.missing_in_b.empty())
      notes.push_back(fmt::format("only in A: {}", fmt::join(pair.missing_in_b, ", ")));
    if (!pair.missing_in_a.empty())
      notes.push_back(fmt::format("only in B: {}", fmt::join(pair.missing_in_a, ", ")));
    const auto measures = measures_with_values(pair);
    const auto has = [&](const char* measure) {
      return std::find(measures.begin(), measures.end(), measure) != measures.end();
    };
    has_rates = has_rates || has("fnmr") || has("fmr");
    if (has("drift_relative"))
      notes.push_back(fmt::format(
          "drift_relative: 1 - cosine between the clean and the perturbed embedding, over the median of "
          "clean embeddings of two different {} under the same model (A {}; B {}; taken as given): 100 "
          "% "
          "= as far as from one to another. Angles of different models are on no common scale.",
          comparison.units.many, scale_text(pair.scale_a, comparison.units),
          scale_text(pair.scale_b, comparison.units)));
  }
  if (lacks_limits(comparison))
    add_once(
        notes,
        fmt::format("without limits: where fewer than {} {} differ. Intervals of each condition alone, "
                    "by bootstrap: --as csv.",
                    kFewDiscordant, comparison.units.many));
  for (const std::string& change : ranking_changes(comparison))
    notes.push_back("order changed: " + change);
  notes.push_back(fmt::format(
      "Limits: 95 %, simultaneous over the conditions of a measure (exchanges of the models by {}, {} "
      "{}, "
      "1,999 exchanges; exact counts where fewer than {} differ). Equivalent: limits within the margin.",
      comparison.units.one, grouped(comparison.people), comparison.units.many, kFewDiscordant));
  if (has_rates)
    notes.back() +=
        " fnmr, fmr: each model at its own threshold; *_drop_in: B at A's threshold. fmr is of the "
        "trials that a run keeps; in the suite's own rows it is of every comparison.";
  return notes;
}

/// "of 24 values 1 worse (drift_relative on crop low_light@5), 14 cannot tell, 9 identical".
std::string verdict_text(const ComparedPair& pair) {
  std::map<PairedVerdict, int> counts;
  std::string first_worse;
  int values = 0;
  for (const std::string& measure : measures_with_values(pair))
    for (const Row& row : rows_of(pair, measure)) {
      const PairedVerdict verdict = row.judged->verdict;
      if (verdict == PairedVerdict::no_value) continue;
      ++values;
      ++counts[verdict];
      if (verdict == PairedVerdict::worse && first_worse.empty())
        first_worse = fmt::format(" ({} on {})", measure, cells_of(row).front());
    }
  if (counts[PairedVerdict::worse] > 1 && !first_worse.empty())
    first_worse.insert(first_worse.size() - 1, ", ...");
  std::vector<std::string> texts;
  for (const PairedVerdict verdict :
       {PairedVerdict::worse, PairedVerdict::better, PairedVerdict::cannot_tell,
        PairedVerdict::equivalent, PairedVerdict::identical})
    if (counts[verdict] > 0)
      texts.push_back(fmt::format("{} {}{}", counts[verdict], to_string(verdict),
                                  verdict == PairedVerdict::worse ? first_worse : ""));
  return texts.empty() ? "nothing to compare"
                       : fmt::format("of {} values {}", values, fmt::join(texts, ", "));
}

/// Two models of one run.
bool is_within_run(const RunComparison& comparison) {
  return comparison.run_a == comparison.run_b && comparison.pairs.size() == 1 &&
         comparison.pairs.front().model_a != comparison.pairs.front().model_b;
}

std::string markdown_title(const RunComparison& comparison) {
  if (!is_within_run(comparison))
    return fmt::format("### {} against {}\n", markdown_code(comparison.run_b),
                       markdown_code(comparison.run_a));
  const ComparedPair& pair = comparison.pairs.front();
  return fmt::format("### {} against {} in {}\n", markdown_code(pair.model_b),
                     markdown_code(pair.model_a), markdown_code(comparison.run_a));
}

}  // namespace

std::string comparison_text(const RunComparison& comparison) {
  std::string text = is_within_run(comparison)
                         ? fmt::format("Run  {}\n", comparison.run_a)
                         : fmt::format("A  {}\nB  {}\n", comparison.run_a, comparison.run_b);
  if (!comparison.context.empty()) text += comparison.context + "\n";
  for (const ComparedPair& pair : comparison.pairs) {
    text += fmt::format("\n{} -> {}: {}\n", pair.model_a, pair.model_b, verdict_text(pair));
    for (const std::string& measure : measures_with_values(pair)) {
      const auto rows = rows_of(pair, measure);
      text += fmt::format("\n{} [{}], margin {}: {}\n", measure, unit_text(*rows.front().cell),
                          margin_text(rows.front()), counts(rows));
      const auto shown = shown_rows(rows);
      if (shown.empty()) continue;
      text += text_table(shown);
      if (const auto rest = rest_text(shown.size(), rows.size()); !rest.empty())
        text += "  " + rest + "\n";
    }
  }
  text += "\n";
  for (const std::string& note : footnotes(comparison))
    for (const std::string& line : wrapped(note, 100)) text += line + "\n";
  return text;
}

std::string comparison_markdown(const RunComparison& comparison) {
  std::string text = markdown_title(comparison);
  if (!comparison.context.empty()) text += "\n" + markdown_text(comparison.context) + "\n";
  for (const ComparedPair& pair : comparison.pairs) {
    text += fmt::format("\nA = {}, B = {}: {}.\n", markdown_code(pair.model_a),
                        markdown_code(pair.model_b), markdown_text(verdict_text(pair)));
    for (const std::string& measure : measures_with_values(pair)) {
      const auto rows = rows_of(pair, measure);
      text += fmt::format("\n**{}** ({}, margin {}): {}\n", markdown_text(measure),
                          unit_text(*rows.front().cell), margin_text(rows.front()),
                          markdown_text(counts(rows)));
      const auto shown = shown_rows(rows);
      if (shown.empty()) continue;
      MarkdownTable table(kTitles);
      table.align(kTitles.size() - 1, Align::left);
      for (const Row& row : shown) {
        auto cells = cells_of(row);
        for (std::string& cell : cells) cell = markdown_text(cell);
        cells.front() = markdown_code(cells_of(row).front());
        table.add(cells);
      }
      text += "\n" + table.text();
      if (const auto rest = rest_text(shown.size(), rows.size()); !rest.empty())
        text += "\n" + rest + "\n";
    }
  }
  for (const std::string& note : footnotes(comparison)) text += "\n" + markdown_text(note) + "\n";
  return text;
}

}  // namespace robench
