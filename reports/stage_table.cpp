// SPDX-License-Identifier: Apache-2.0
#include "reports/stage_table.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "reports/numbers.h"
#include "reports/text.h"

namespace robench {
namespace {

constexpr int kNarrowestLabel = 12;  // cells; a longer label is shortened to what is left

struct TableColumn {
  std::string title;
  Align align = Align::right;
  int gap = 1;  // cells before it
  int width = 0;
};

struct Cell {
  std::string text;
  Style style = Style::plain;
};

/// A heading has one cell, as wide as the table; that of a family is followed by a rule.
struct Line {
  enum class Kind { row, heading, family } kind = Kind::row;
  std::vector<Cell> cells;
};

/// Models first .. last - 1 side by side.
struct Block {
  std::size_t first = 0, last = 0;
  std::vector<TableColumn> columns;  // the labels, then those of each model, then the shared ones
  std::vector<Line> lines;
  std::vector<std::size_t> model_columns;  // where each model begins
};

std::string failure_text(const ComparisonEntry& entry) { return shown(entry.failure).value; }
std::string counts_text(const ComparisonEntry& entry) {
  return failure_text(entry) + " " + count_text(entry.drift);
}

void add_counts_columns(Block& block) {
  block.columns.push_back({"FTA"});
  block.columns.push_back({"n"});
}

void add_counts(Line& line, const ComparisonEntry& entry) {
  line.cells.push_back({failure_text(entry)});
  line.cells.push_back({count_text(entry.drift)});
}

void add_model_columns(Block& block, bool has_rate, CountsPlace counts) {
  block.model_columns.push_back(block.columns.size());
  block.columns.push_back({"drift", Align::right, 2});
  block.columns.push_back({"[95 % CI]", Align::left});
  if (has_rate) block.columns.push_back({""});
  if (counts == CountsPlace::per_model) add_counts_columns(block);
}

void add_model(Line& line, const ComparisonRow& row, const ComparisonEntry& entry, bool has_rate,
               CountsPlace counts) {
  const Shown drift = shown(entry.drift);
  const bool most = entry.rank == Rank::most;
  const bool least = entry.rank == Rank::least;
  line.cells.push_back({(most    ? "▲ "
                         : least ? "▼ "
                                 : "") +
                            drift.value,
                        most    ? Style::bad
                        : least ? Style::good
                                : Style::plain});
  // The clean picture has no drift from itself; an interval would say nothing.
  line.cells.push_back({row.clean ? "" : drift.interval, Style::faint});
  if (has_rate) line.cells.push_back({shown(entry.non_match).value});
  if (counts == CountsPlace::per_model) add_counts(line, entry);
}

/// The label of a row: lines of its own above, and what stands beside the numbers.
struct RowLabel {
  std::vector<std::string> above;
  std::string beside;
};

/// Rows of one perturbation are set in under its name when there are several.
bool shares_perturbation(const StageComparison& stage, const ComparisonRow& row) {
  if (row.clean || row.perturbation == row.family) return false;
  return std::count_if(stage.rows.begin(), stage.rows.end(), [&](const ComparisonRow& other) {
           return other.family == row.family && other.perturbation == row.perturbation;
         }) > 1;
}

/// `gamma@3+motion_blur@2` -> `gamma@3` above, `  +motion_blur@2` beside.
RowLabel folded_chain(const std::string& label) {
  RowLabel folded;
  std::size_t begin = 0;
  for (std::size_t plus = label.find('+'); plus != std::string::npos; plus = label.find('+', plus + 1)) {
    folded.above.push_back((begin == 0 ? "" : "  ") + label.substr(begin, plus - begin));
    begin = plus;
  }
  folded.beside = (begin == 0 ? "" : "  ") + label.substr(begin);
  return folded;
}

/// limit: cells beside the numbers; a longer label is folded where it can be.
RowLabel label_of(const StageComparison& stage, const ComparisonRow& row, const ComparisonRow* previous,
                  int limit) {
  const bool is_first = previous == nullptr || previous->perturbation != row.perturbation ||
                        previous->family != row.family;
  const RowLabel set_in{{row.perturbation}, "  " + row.detail};
  if (shares_perturbation(stage, row)) return is_first ? set_in : RowLabel{{}, set_in.beside};
  if (display_width(row.label) <= limit) return {{}, row.label};
  return row.detail == row.label ? folded_chain(row.label) : set_in;
}

void add_headings(Block& block, const ComparisonRow& row, const ComparisonRow* previous,
                  const RowLabel& label) {
  if (!row.clean && (previous == nullptr || previous->family != row.family)) {
    block.lines.push_back({Line::Kind::family, {{one_line(row.family), Style::bold}}});
  }
  for (const std::string& heading : label.above) {
    block.lines.push_back({Line::Kind::heading, {{one_line(heading)}}});
  }
}

void fit(Block& block) {
  for (const Line& line : block.lines) {
    if (line.kind != Line::Kind::row) continue;
    for (std::size_t i = 0; i < line.cells.size(); ++i) {
      block.columns[i].width = std::max(block.columns[i].width, display_width(line.cells[i].text));
    }
  }
  for (TableColumn& column : block.columns) {
    column.width = std::max(column.width, display_width(column.title));
  }
}

int width(const Block& block) {
  int sum = 0;
  for (const TableColumn& column : block.columns) sum += column.gap + column.width;
  return sum;
}

Block make_block(const ModelComparison& comparison, const StageComparison& stage, std::size_t first,
                 std::size_t last, int limit) {
  const CountsPlace counts = counts_place(comparison);
  const std::string rate = rate_title(comparison);
  Block block{first, last, {{"", Align::left, 0}}, {}, {}};
  for (std::size_t m = first; m < last; ++m) {
    add_model_columns(block, !rate.empty(), counts);
    if (!rate.empty()) block.columns[block.model_columns.back() + 2].title = rate;
  }
  if (counts == CountsPlace::shared_columns) add_counts_columns(block);
  const ComparisonRow* previous = nullptr;
  for (const ComparisonRow& row : stage.rows) {
    const RowLabel label = label_of(stage, row, previous, limit);
    add_headings(block, row, previous, label);
    previous = &row;
    Line line{Line::Kind::row, {{one_line(label.beside)}}};
    for (std::size_t m = first; m < last; ++m) {
      add_model(line, row, row.entries[m], !rate.empty(), counts);
    }
    if (counts == CountsPlace::shared_columns) add_counts(line, row.entries[first]);
    block.lines.push_back(std::move(line));
  }
  fit(block);
  return block;
}

/// Cells for the labels that leave room for the numbers of models first .. last - 1.
int label_limit(const ModelComparison& comparison, const StageComparison& stage, std::size_t first,
                std::size_t last, int columns) {
  const Block whole = make_block(comparison, stage, first, last, std::numeric_limits<int>::max());
  return std::max(kNarrowestLabel, columns - (width(whole) - whole.columns.front().width));
}

/// Labels that are too long are folded; what is still too long is shortened when it is printed.
Block make_fitting_block(const ModelComparison& comparison, const StageComparison& stage,
                         std::size_t first, std::size_t last, int limit) {
  Block block = make_block(comparison, stage, first, last, limit);
  block.columns.front().width = std::min(block.columns.front().width, limit);
  return block;
}

std::string spaces(int count) { return std::string(static_cast<std::size_t>(std::max(0, count)), ' '); }

std::string rule(int length) {
  std::string line;
  for (int i = 0; i < length; ++i) line += "─";
  return line;
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string text(const Line& line, const Block& block, const Painter& paint) {
  if (line.kind != Line::Kind::row) {
    const Cell& cell = line.cells.front();
    const std::string name = shortened(cell.text, width(block));
    const int rest = width(block) - display_width(name) - 1;
    const bool is_family = line.kind == Line::Kind::family;
    return paint(cell.style, name) + (is_family ? " " + paint(Style::faint, rule(rest)) : "") + '\n';
  }
  std::string result;
  for (std::size_t i = 0; i < line.cells.size(); ++i) {
    const TableColumn& column = block.columns[i];
    const Cell& cell = line.cells[i];
    const std::string content = shortened(cell.text, std::max(1, column.width));
    result += spaces(column.gap) + paint(cell.style, padded(content, column.width, column.align));
  }
  return without_trailing_spaces(result) + '\n';
}

/// The names of the models above their columns, then the titles of the columns.
std::string head(const ModelComparison& comparison, const Block& block, const Painter& paint) {
  std::string names = spaces(block.columns.front().width);
  Line titles;
  for (const TableColumn& column : block.columns) titles.cells.push_back({column.title, Style::faint});
  for (std::size_t m = block.first; m < block.last; ++m) {
    const std::size_t begin = block.model_columns[m - block.first];
    const bool is_last = m + 1 == block.last;
    const std::size_t end = is_last ? block.columns.size() : block.model_columns[m + 1 - block.first];
    int span = -block.columns[begin].gap;
    for (std::size_t i = begin; i < end; ++i) span += block.columns[i].gap + block.columns[i].width;
    const std::string name = shortened(one_line(comparison.models[m]), span);
    names += spaces(block.columns[begin].gap) + paint(Style::bold, padded(name, span, Align::left));
  }
  return without_trailing_spaces(names) + '\n' + text(titles, block, paint);
}

std::string text(const ModelComparison& comparison, const Block& block, const Painter& paint) {
  std::string result = head(comparison, block, paint);
  for (const Line& line : block.lines) result += text(line, block, paint);
  return result;
}

}  // namespace

CountsPlace counts_place(const ModelComparison& comparison) {
  bool same_everywhere = true;
  bool models_agree = true;
  const ComparisonEntry* reference = nullptr;
  for (const StageComparison& stage : comparison.stages) {
    for (const ComparisonRow& row : stage.rows) {
      for (const ComparisonEntry& entry : row.entries) {
        if (reference == nullptr) reference = &entry;
        same_everywhere = same_everywhere && counts_text(entry) == counts_text(*reference);
        models_agree = models_agree && counts_text(entry) == counts_text(row.entries.front());
      }
    }
  }
  if (same_everywhere) return CountsPlace::above;
  return models_agree ? CountsPlace::shared_columns : CountsPlace::per_model;
}

std::string rate_title(const ModelComparison& comparison) {
  if (comparison.non_match.empty()) return "";
  return comparison.non_match == "fnmr" ? "FNMR" : "SNMR";
}

std::string count_text(const Measure* measure) {
  if (!available(measure)) return "n/a";
  return grouped(measure->n) + (measure->n < kFewSamples ? "*" : "");
}

std::string stage_table(const ModelComparison& comparison, const StageComparison& stage, int columns,
                        const Painter& paint) {
  const std::size_t models = comparison.models.size();
  std::size_t per_block = models;
  int limit = label_limit(comparison, stage, 0, per_block, columns);
  while (per_block > 1 && width(make_fitting_block(comparison, stage, 0, per_block, limit)) > columns) {
    --per_block;
    limit = label_limit(comparison, stage, 0, per_block, columns);
  }
  std::string result;
  for (std::size_t first = 0; first < models; first += per_block) {
    const std::size_t last = std::min(first + per_block, models);
    result += (first > 0 ? "\n" : "") +
              text(comparison, make_fitting_block(comparison, stage, first, last, limit), paint);
  }
  return result;
}

}  // namespace robench
