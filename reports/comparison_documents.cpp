// SPDX-License-Identifier: Apache-2.0
// The texts of a comparison: for a terminal, a pull request, and a spreadsheet.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "metrics/paired_cells.h"
#include "reports/csv.h"
#include "reports/markdown.h"
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

/// "5 worse, 55 equivalent"; the reason where there is no value at all.
std::string counts(const std::vector<Row>& rows) {
  std::map<int, std::pair<std::string, int>> by_verdict;
  for (const Row& row : rows) {
    auto& [name, count] = by_verdict[static_cast<int>(row.judged->verdict)];
    name = to_string(row.judged->verdict);
    ++count;
  }
  std::string text;
  for (const auto& [verdict, entry] : by_verdict)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", entry.second, entry.first);
  const bool none = std::all_of(rows.begin(), rows.end(), [](const Row& row) {
    return row.judged->verdict == PairedVerdict::no_value;
  });
  return none && !rows.empty() ? "no value: " + rows.front().cell->missing : text;
}

std::string number(const PairedCell& cell, double value, bool sign = false) {
  const double scaled = cell.is_share ? 100 * value : value;
  return (sign && scaled > 0 ? "+" : "") + fixed(scaled, 2);
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
  return number(cell, row.judged->margin) + (cell.is_share ? " points" : " deg");
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

std::string unit_text(const PairedCell& cell) { return cell.is_share ? "%" : "deg"; }

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

std::vector<std::string> footnotes(const RunComparison& comparison) {
  std::vector<std::string> notes;
  for (const ComparedPair& pair : comparison.pairs) {
    if (!pair.missing_in_b.empty())
      notes.push_back(fmt::format("only in A: {}", fmt::join(pair.missing_in_b, ", ")));
    if (!pair.missing_in_a.empty())
      notes.push_back(fmt::format("only in B: {}", fmt::join(pair.missing_in_a, ", ")));
  }
  for (const std::string& change : ranking_changes(comparison))
    notes.push_back("order changed: " + change);
  notes.push_back(fmt::format(
      "Limits: 95 %, simultaneous over the conditions of a measure (exchanges of the models by person, "
      "{} people, 1,999 exchanges; exact counts where fewer than {} people differ). Equivalent: limits "
      "within the margin. fnmr, fmr: each model at its own threshold; *_drop_in: B at A's threshold. "
      "fmr is of the "
      "trials that a run keeps; in the suite's own rows it is of every comparison.",
      comparison.people, kFewDiscordant));
  return notes;
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
  for (const ComparedPair& pair : comparison.pairs) {
    text += fmt::format("\n{} -> {}\n", pair.model_a, pair.model_b);
    for (const std::string& measure : paired_measures()) {
      const auto rows = rows_of(pair, measure);
      if (rows.empty()) continue;
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
  for (const ComparedPair& pair : comparison.pairs) {
    text += fmt::format("\nA = {}, B = {}\n", markdown_code(pair.model_a), markdown_code(pair.model_b));
    for (const std::string& measure : paired_measures()) {
      const auto rows = rows_of(pair, measure);
      if (rows.empty()) continue;
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

std::string comparison_csv(const RunComparison& comparison) {
  std::string text =
      "run_a,run_b,model_a,model_b,stage,family,condition,measure,unit,a,b,difference,ci95_low,ci95_"
      "high,"
      "simultaneous_low,simultaneous_high,p_adjusted,n,subjects,discordant,margin,verdict,note\n";
  const auto optional = [](const std::optional<double>& value) {
    return value ? csv_number(*value) : std::string();
  };
  for (const ComparedPair& pair : comparison.pairs)
    for (std::size_t i = 0; i < pair.cells.size(); ++i) {
      const PairedCell& cell = pair.cells[i];
      const JudgedPair& judged = pair.judged[i];
      const bool has = !cell.values.empty();
      const auto& ci = judged.alone.ci95;
      text += csv_line({csv_text(comparison.run_a),
                        csv_text(comparison.run_b),
                        csv_text(pair.model_a),
                        csv_text(pair.model_b),
                        csv_text(cell.stage),
                        csv_text(cell.family),
                        csv_text(cell.label),
                        csv_text(cell.measure),
                        csv_text(cell.unit),
                        csv_number(cell.a),
                        csv_number(cell.b),
                        has ? csv_number(judged.limit.difference) : "",
                        ci ? csv_number(ci->low) : "",
                        ci ? csv_number(ci->high) : "",
                        optional(judged.limit.low),
                        optional(judged.limit.high),
                        has ? csv_number(judged.limit.p) : "",
                        std::to_string(judged.differences.n),
                        std::to_string(judged.differences.units),
                        std::to_string(judged.limit.discordant),
                        csv_number(judged.margin),
                        csv_text(to_string(judged.verdict)),
                        csv_text(has ? judged.alone.note : cell.missing)});
    }
  return text;
}

}  // namespace robench
