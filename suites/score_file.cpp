// SPDX-License-Identifier: Apache-2.0
#include "suites/score_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "suites/csv_reader.h"

namespace robench {
namespace {

/// Resampling units at most. More comparisons or subjects than that share units, which is as good: units
/// stay independent of each other, and a thousand replicates of them stay small.
constexpr int kMostUnits = 20'000;

enum Column { kScore, kMated, kReference, kProbe, kFold, kGroup, kQuality, kColumns };
using ColumnNames = std::array<std::string, kColumns>;
ColumnNames column_names(const std::string& group_column) {
  return {"score", "mated", "reference_subject", "probe_subject", "fold", group_column, "quality"};
}

/// Rows grow with the square of the groups, and a column of names is no grouping.
constexpr std::size_t kMostScoreGroups = 20;
constexpr double kNotAssessed = -1;  // ISO/IEC 29794-5

struct Cell {
  std::string text;
  int column = 1;  // where it begins, from 1
};

/// The cells of one line (RFC 4180 without line ends in cells). False: a quote is not closed.
bool split(std::string_view line, std::vector<Cell>& cells) {
  cells.clear();
  for (std::size_t at = 0;; ++at) {
    Cell cell{"", static_cast<int>(at) + 1};
    if (at < line.size() && line[at] == '"') {
      for (++at; at < line.size(); ++at) {
        if (line[at] != '"') {
          cell.text += line[at];
        } else if (at + 1 < line.size() && line[at + 1] == '"') {
          cell.text += line[at++];
        } else {
          break;
        }
      }
      if (at++ >= line.size()) return false;
    } else {
      const std::size_t end = std::min(line.find(',', at), line.size());
      cell.text = line.substr(at, end - at);
      at = end;
    }
    cells.push_back(std::move(cell));
    if (at >= line.size() || line[at] != ',') return at >= line.size();
  }
}

/// A line as an error may show it: no control characters, and nothing of lines that fill a terminal.
std::string shown_line(std::string line, int column) {
  constexpr std::size_t kWidth = 160;
  if (column > static_cast<int>(kWidth)) return {};
  line.resize(std::min(line.size(), kWidth));
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < ' ' || c == 127; }, '?');
  return line;
}

template <class Number>
std::optional<Number> number_of(const std::string& text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class ScoreReader {
 public:
  ScoreReader(const std::filesystem::path& file, const ScoreFileOptions& options)
      : file_(file.string()),
        names_(column_names(options.group_column)),
        sign_(options.lower_is_better ? -1 : 1) {
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file)) fail_at({file_, 0, 0}, "cannot read this file");
    while (std::getline(in, text_) && !faults_.full()) {
      ++line_;
      if (text_.ends_with('\r')) text_.pop_back();
      if (line_ == 1 && text_.starts_with("\xEF\xBB\xBF")) text_.erase(0, 3);
      if (text_.empty()) continue;
      if (!split(text_, cells_))
        fault(cells_.empty() ? 1 : cells_.back().column, "a quote that is not closed, or text behind it",
              "robench metrics takes no line ends within cells");
      else if (header_size_ == 0)
        header();
      else if (cells_.size() != header_size_)
        fault(1, fmt::format("{} cells, the header has {}", cells_.size(), header_size_),
              "quote a cell that holds a comma");
      else
        row();
    }
    if (header_size_ == 0) fault(1, "the file is empty", "a header line is needed: score,mated");
    faults_.throw_if_any();
    if (all().trials.empty()) fail_at({file_, line_, 1}, "no scores below the header");
    all().sign = sign_;
    number_groups();
    number_units();
  }

  ScoreFile take() { return std::move(read_); }

 private:
  void fault(int column, std::string message, std::string hint = {}) {
    faults_.add({file_, std::max(line_, 1), column}, std::move(message), std::move(hint),
                shown_line(text_, column));
  }

  void header() {
    header_size_ = cells_.size();
    place_.fill(-1);
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const auto name = std::find(names_.begin(), names_.end(), cells_[i].text);
      if (name == names_.end()) {
        read_.passed_over.push_back(cells_[i].text);
        continue;
      }
      int& place = place_[name - names_.begin()];
      if (place >= 0) fault(cells_[i].column, fmt::format("column '{}' stands twice", *name));
      place = static_cast<int>(i);
    }
    for (const Column c : {kScore, kMated})
      if (place_[c] < 0)
        fault(1, fmt::format("no column '{}'", names_[c]),
              text_.find(';') == std::string::npos ? "the header must name score and mated"
                                                   : "separate the cells by commas, not by ';'");
    if (!has(kGroup) && names_[kGroup] != "group")
      fault(1, fmt::format("no column '{}'", names_[kGroup]), "--group names a column of this file");
    if ((place_[kReference] < 0) != (place_[kProbe] < 0))
      fault(1, "one of reference_subject and probe_subject without the other", "give both, or none");
    faults_.throw_if_any();
  }

  [[nodiscard]] bool has(Column column) const { return place_[column] >= 0; }
  [[nodiscard]] const Cell& cell(Column column) const { return cells_[place_[column]]; }

  void row() {
    ScoredTrial trial;
    const auto score = number_of<double>(cell(kScore).text);
    if (!score || !std::isfinite(*score))
      return fault(cell(kScore).column, fmt::format("'{}' is not a finite number", cell(kScore).text),
                   "leave out comparisons that could not be made");
    trial.score = sign_ * *score;
    const auto mated = mated_of(cell(kMated).text);
    if (!mated)
      return fault(cell(kMated).column,
                   fmt::format("'{}' is neither mated nor non-mated", cell(kMated).text),
                   "two samples of one subject: 1, true, yes, mated or genuine; of two subjects: 0, "
                   "false, no, non-mated or impostor");
    trial.mated = *mated;
    if (has(kReference) && !set_subjects(trial)) return;
    int fold = -1;
    if (has(kFold) && !cell(kFold).text.empty()) {
      const auto number = number_of<int>(cell(kFold).text);
      if (!number || *number < 0)
        return fault(cell(kFold).column, fmt::format("'{}' is not a fold", cell(kFold).text),
                     "a whole number from 0 on, or nothing");
      fold = *number;
    }
    const auto quality = quality_of_row();
    if (!quality) return;
    all().trials.push_back(trial);
    if (has(kQuality)) all().quality.push_back(*quality);
    if (has(kFold)) all().folds.push_back(fold);
    if (has(kGroup)) add_group(cell(kGroup).text);
  }

  static std::optional<bool> mated_of(const std::string& text) {
    for (const char* word : {"1", "true", "yes", "mated", "genuine"})
      if (text == word) return true;
    for (const char* word : {"0", "false", "no", "non-mated", "impostor"})
      if (text == word) return false;
    return std::nullopt;
  }

  /// Groups are numbered as they come, and by name in the end.
  void add_group(const std::string& name) {
    if (name.empty()) ++read_.without_group;
    read_.scores.of_trial.push_back(
        name.empty() ? -1 : groups_.try_emplace(name, static_cast<int>(groups_.size())).first->second);
  }

  /// NaN = not assessed; nullopt after a fault.
  std::optional<double> quality_of_row() {
    if (!has(kQuality) || cell(kQuality).text.empty()) return std::nan("");
    const auto quality = number_of<double>(cell(kQuality).text);
    if (quality && std::isfinite(*quality)) return *quality == kNotAssessed ? std::nan("") : *quality;
    fault(cell(kQuality).column, fmt::format("'{}' is not a quality", cell(kQuality).text),
          "a number, higher is better; nothing or -1 where it was not assessed");
    return std::nullopt;
  }

  bool set_subjects(ScoredTrial& trial) {
    for (const Column c : {kReference, kProbe})
      if (cell(c).text.empty()) {
        fault(cell(c).column, fmt::format("an empty {}", names_[c]),
              "leave out comparisons of unknown people");
        return false;
      }
    const bool same = cell(kReference).text == cell(kProbe).text;
    if (same != trial.mated) {
      fault(cell(kMated).column,
            trial.mated ? "a mated comparison of two subjects" : "a non-mated comparison of one subject",
            "mated must say whether the two subjects are the same");
      return false;
    }
    trial.unit_a = subject(cell(kReference).text);
    trial.unit_b = subject(cell(kProbe).text);
    return true;
  }
  int subject(const std::string& name) {
    return subjects_.try_emplace(name, static_cast<int>(subjects_.size())).first->second;
  }

  [[nodiscard]] ScoreTable& all() { return read_.scores.all; }

  void number_groups() {
    if (groups_.size() > kMostScoreGroups)
      fail_at({file_, 1, 1},
              fmt::format("column '{}' makes {} groups, more than {}", names_[kGroup], groups_.size(),
                          kMostScoreGroups),
              "name a column of few values: --group NAME");
    std::vector<int> by_name(groups_.size());
    for (const auto& [name, number] : groups_) {
      by_name[number] = static_cast<int>(read_.scores.groups.size());
      read_.scores.groups.push_back(name);
    }
    for (int& group : read_.scores.of_trial)
      if (group >= 0) group = by_name[group];
  }

  void number_units() {
    const auto count =
        static_cast<std::int64_t>(has(kReference) ? subjects_.size() : all().trials.size());
    all().units = static_cast<int>(std::min<std::int64_t>(count, kMostUnits));
    int next = 0;
    for (ScoredTrial& trial : all().trials) {
      if (!has(kReference)) trial.unit_a = trial.unit_b = next++;
      trial.unit_a %= kMostUnits;
      trial.unit_b %= kMostUnits;
    }
    if (!has(kReference))
      all().units_note =
          "no subject columns: comparisons count as independent, the interval is too short where people "
          "take part in several";
  }

  std::string file_;
  ColumnNames names_;
  double sign_;
  int line_ = 0;
  std::string text_;
  std::vector<Cell> cells_;
  std::size_t header_size_ = 0;
  std::array<int, kColumns> place_{};
  std::unordered_map<std::string, int> subjects_;
  std::map<std::string, int> groups_;  // as they came
  ScoreFile read_;
  FaultList faults_;
};

}  // namespace

ScoreFile read_scores(const std::filesystem::path& file, const ScoreFileOptions& options) {
  return ScoreReader(file, options).take();
}

}  // namespace robench
