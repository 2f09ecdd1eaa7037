// SPDX-License-Identifier: Apache-2.0
#include "suites/csv_reader.h"

#include <fstream>
#include <iterator>
#include <set>

#include <fmt/format.h>

namespace robench {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Walks over the text once and keeps line and column of where it is.
class Parser {
 public:
  Parser(const std::string& text, const std::string& file, char separator)
      : text_(text), file_(file), separator_(separator) {
    if (std::string_view(text).starts_with(kByteOrderMark)) next_ = kByteOrderMark.size();
  }

  std::vector<std::vector<CsvCell>> records() {
    std::vector<std::vector<CsvCell>> all;
    while (next_ < text_.size() && !faults_.full()) {
      if (at_line_end()) {
        skip_line_end();
        continue;
      }
      all.push_back(record());
    }
    faults_.throw_if_any();
    return all;
  }

 private:
  [[nodiscard]] bool at_line_end() const {
    return text_[next_] == '\n' ||
           (text_[next_] == '\r' && next_ + 1 < text_.size() && text_[next_ + 1] == '\n');
  }
  void skip_line_end() {
    next_ += text_[next_] == '\r' ? 2 : 1;
    ++line_;
    column_ = 1;
  }
  void step() {
    if (text_[next_] == '\n') {
      ++line_;
      column_ = 0;
    }
    ++next_;
    ++column_;
  }
  [[nodiscard]] SourcePlace here() const { return {file_, line_, column_}; }
  void fault(const SourcePlace& place, const std::string& message, const std::string& hint = {}) {
    faults_.add(place, message, hint, line_of(text_, place.line));
  }

  std::vector<CsvCell> record() {
    std::vector<CsvCell> cells;
    while (true) {
      cells.push_back(next_ < text_.size() && text_[next_] == '"' ? quoted_cell() : plain_cell());
      if (next_ >= text_.size()) return cells;
      if (at_line_end()) {
        skip_line_end();
        return cells;
      }
      step();  // the separator
    }
  }

  CsvCell plain_cell() {
    CsvCell cell{"", here()};
    while (next_ < text_.size() && text_[next_] != separator_ && !at_line_end()) {
      if (text_[next_] == '\0') fault(here(), "a NUL byte", "is this a text file?");
      cell.text += text_[next_];
      step();
      if (faults_.full()) break;
    }
    return cell;
  }

  CsvCell quoted_cell() {
    CsvCell cell{"", here()};
    step();
    while (next_ < text_.size()) {
      if (text_[next_] == '"' && next_ + 1 < text_.size() && text_[next_ + 1] == '"') {
        cell.text += '"';
        step();
        step();
      } else if (text_[next_] == '"') {
        step();
        if (next_ < text_.size() && text_[next_] != separator_ && !at_line_end()) {
          fault(here(), "text behind a closing quote", "double the quotes inside of a quoted cell");
          while (next_ < text_.size() && text_[next_] != separator_ && !at_line_end()) step();
        }
        return cell;
      } else {
        cell.text += text_[next_];
        step();
      }
    }
    fault(cell.place, "this quote is never closed");
    return cell;
  }

  const std::string& text_;
  std::string file_;
  char separator_;
  std::size_t next_ = 0;
  int line_ = 1;
  int column_ = 1;
  FaultList faults_;
};

void check_header(const CsvTable& table, const std::string& text, FaultList& faults) {
  std::set<std::string> seen;
  for (const CsvCell& cell : table.header) {
    const std::string line = line_of(text, cell.place.line);
    if (cell.text.empty())
      faults.add(cell.place, "a column without a name", "", line);
    else if (!seen.insert(cell.text).second)
      faults.add(cell.place, "column '" + cell.text + "' stands twice", "", line);
  }
}

}  // namespace

std::string line_of(const std::string& text, int line) {
  std::size_t start = 0;
  for (int i = 1; i < line; ++i) {
    start = text.find('\n', start);
    if (start == std::string::npos) return {};
    ++start;
  }
  std::string found = text.substr(start, text.find('\n', start) - start);
  if (!found.empty() && found.back() == '\r') found.pop_back();
  return found;
}

void FaultList::add(SourcePlace place, std::string message, std::string hint, std::string source_line) {
  if (!full())
    faults_.push_back({std::move(place), std::move(message), std::move(hint), std::move(source_line)});
}

void FaultList::throw_if_any() const {
  if (!faults_.empty()) throw ConfigError(faults_);
}

void fail_at(SourcePlace place, std::string message, std::string hint, std::string source_line) {
  std::vector<Diagnostic> one;
  one.push_back({std::move(place), std::move(message), std::move(hint), std::move(source_line)});
  throw ConfigError(std::move(one));
}

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  for (std::size_t i = 0; i < header.size(); ++i)
    if (header[i].text == name) return i;
  return std::nullopt;
}

CsvTable parse_csv(const std::string& text, const std::string& file, char separator) {
  auto records = Parser(text, file, separator).records();
  if (records.empty()) fail_at({file, 1, 1}, "the file is empty", "a header line is needed");
  CsvTable table;
  table.header = std::move(records.front());
  FaultList faults;
  check_header(table, text, faults);
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i].size() == table.header.size()) {
      table.rows.push_back(std::move(records[i]));
      continue;
    }
    const SourcePlace place = records[i].front().place;
    faults.add(place, fmt::format("{} cells, the header has {}", records[i].size(), table.header.size()),
               "quote a cell that holds a separator", line_of(text, place.line));
  }
  faults.throw_if_any();
  return table;
}

CsvTable read_csv(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file))
    fail_at({file.string(), 0, 0}, "cannot read this file");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return parse_csv(text, file.string());
}

}  // namespace robench
