// SPDX-License-Identifier: Apache-2.0
#include "reports/stage_table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "reports/numbers.h"
#include "reports/text.h"

namespace robench {
namespace {

constexpr int kNarrowestLabel = 12;  // cells; a longer label is shortened to what is left

struct Column {
  std::string title;
  Align align = Align::right;
  int gap = 1;  // cells before it
  int width = 0;
};

struct Cell {
  std::string text;
  Style style = Style::plain;
};

/// A heading has its first cell only, and `rule` draws a line to the right of it.
struct Line {
  std::vector<Cell> cells;
  bool rule = false;
};

/// Models first .. last - 1 side by side.
struct Block {
  std::size_t first = 0, last = 0;
  std::vector<Column> columns;  // the labels, then those of each model, then the shared ones
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

/// Rows of one perturbation are set in under its name when there are several.
bool under_heading(const StageComparison& stage, const ComparisonRow& row) {
  if (row.clean || row.perturbation == row.family) return false;
  return std::count_if(stage.rows.begin(), stage.rows.end(), [&](const ComparisonRow& other) {
           return other.family == row.family && other.perturbation == row.perturbation;
         }) > 1;
}

void add_headings(Block& block, const StageComparison& stage, const ComparisonRow& row,
                  const ComparisonRow* previous) {
  const bool new_family = !row.clean && (previous == nullptr || previous->family != row.family);
  if (new_family) block.lines.push_back({{{one_line(row.family), Style::bold}}, true});
  const bool new_perturbation =
      new_family || previous == nullptr || previous->perturbation != row.perturbation;
  if (new_perturbation && under_heading(stage, row)) {
    block.lines.push_back({{{one_line(row.perturbation)}}});
  }
}

void fit(Block& block) {
  for (const Line& line : block.lines) {
    if (line.rule) continue;
    for (std::size_t i = 0; i < line.cells.size(); ++i) {
      block.columns[i].width = std::max(block.columns[i].width, display_width(line.cells[i].text));
    }
  }
  for (Column& column : block.columns) {
    column.width = std::max(column.width, display_width(column.title));
  }
}

int width(const Block& block, std::size_t from = 0) {
  int sum = 0;
  for (std::size_t i = from; i < block.columns.size(); ++i) {
    sum += (i > from ? block.columns[i].gap : 0) + block.columns[i].width;
  }
  return sum;
}

Block make_block(const ModelComparison& comparison, const StageComparison& stage, std::size_t first,
                 std::size_t last) {
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
    add_headings(block, stage, row, previous);
    previous = &row;
    const bool set_in = under_heading(stage, row);
    Line line{{{one_line(set_in ? "  " + row.detail : row.label)}}};
    for (std::size_t m = first; m < last; ++m) {
      add_model(line, row, row.entries[m], !rate.empty(), counts);
    }
    if (counts == CountsPlace::shared_columns) add_counts(line, row.entries[first]);
    block.lines.push_back(std::move(line));
  }
  fit(block);
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
  if (line.rule) {
    const Cell& name = line.cells.front();
    const int rest = width(block) - display_width(name.text) - 1;
    return paint(name.style, name.text) + " " + paint(Style::faint, rule(rest)) + '\n';
  }
  std::string result;
  for (std::size_t i = 0; i < line.cells.size(); ++i) {
    const Column& column = block.columns[i];
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
  for (const Column& column : block.columns) titles.cells.push_back({column.title, Style::faint});
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
  while (per_block > 1 && width(make_block(comparison, stage, 0, per_block)) > columns) --per_block;
  std::string result;
  for (std::size_t first = 0; first < models; first += per_block) {
    Block block = make_block(comparison, stage, first, std::min(first + per_block, models));
    const int left_for_labels = columns - (width(block) - block.columns.front().width);
    block.columns.front().width =
        std::min(block.columns.front().width, std::max(kNarrowestLabel, left_for_labels));
    result += (first > 0 ? "\n" : "") + text(comparison, block, paint);
  }
  return result;
}

}  // namespace robench
