// SPDX-License-Identifier: Apache-2.0
#include "suites/ofiq_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "suites/csv_reader.h"

namespace robench {
namespace {

constexpr const char* kScore = ".scalar";
constexpr const char* kOfiqHint =
    "as OFIQSampleApp -o FILE.csv writes it: Filename;NAME;...;NAME.scalar;...";

/// Lines may end with a separator; the header's does.
std::string without_last_separators(const std::string& text) {
  std::string kept;
  kept.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool ends = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
    if (text[i] != ';' || !ends) kept += text[i];
  }
  return kept;
}

std::string with_slashes(std::string path) {
  std::replace(path.begin(), path.end(), '\\', '/');
  return path;
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// Parts that both paths have in common, from their ends on.
int common_parts(const std::string& a, const std::string& b) {
  int parts = 0;
  std::size_t end_a = a.size();
  std::size_t end_b = b.size();
  while (true) {
    const std::size_t slash_a = end_a == 0 ? std::string::npos : a.rfind('/', end_a - 1);
    const std::size_t slash_b = end_b == 0 ? std::string::npos : b.rfind('/', end_b - 1);
    const std::size_t from_a = slash_a == std::string::npos ? 0 : slash_a + 1;
    const std::size_t from_b = slash_b == std::string::npos ? 0 : slash_b + 1;
    if (a.compare(from_a, end_a - from_a, b, from_b, end_b - from_b) != 0) return parts;
    ++parts;
    if (slash_a == std::string::npos || slash_b == std::string::npos) return parts;
    end_a = slash_a;
    end_b = slash_b;
  }
}

template <typename T>
std::optional<T> number(const std::string& text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Columns of a component.
struct Columns {
  std::size_t raw = 0;
  std::size_t score = 0;
};

OfiqTable::Quality quality_of(const std::vector<CsvCell>& row, const Columns& columns,
                              FaultList& faults) {
  const CsvCell& raw_cell = row[columns.raw];
  const CsvCell& score_cell = row[columns.score];
  const auto raw = number<double>(raw_cell.text);
  const auto score = number<int>(score_cell.text);
  if (!raw || !std::isfinite(*raw))
    faults.add(raw_cell.place, "'" + raw_cell.text + "' is no number", kOfiqHint);
  if (!score || *score < -1 || *score > 100)
    faults.add(score_cell.place, "'" + score_cell.text + "' is no score", "0 to 100, or -1");
  OfiqTable::Quality quality;
  quality.score = score.value_or(-1);
  quality.raw = quality.score < 0 ? std::numeric_limits<double>::quiet_NaN() : raw.value_or(0);
  return quality;
}

}  // namespace

OfiqTable::OfiqTable(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file))
    fail_at({file.string(), 0, 0}, "cannot read this file");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const CsvTable table = parse_csv(without_last_separators(text), file.string(), ';');
  const auto name = table.column("Filename");
  if (!name) fail_at({file.string(), 1, 1}, "no column 'Filename'", kOfiqHint);
  std::vector<Columns> columns;
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    if (const auto score = table.column(table.header[c].text + kScore)) {
      components_.push_back(table.header[c].text);
      columns.push_back({c, *score});
    }
  }
  if (columns.empty())
    fail_at({file.string(), 1, 1}, "no quality component with its '.scalar'", kOfiqHint);
  FaultList faults;
  for (const auto& row : table.rows) {
    std::vector<Quality> qualities;
    for (const Columns& of_component : columns)
      qualities.push_back(quality_of(row, of_component, faults));
    paths_.push_back(with_slashes(row[*name].text));
    row_of_name_.emplace(last_part(paths_.back()), rows_.size());
    rows_.push_back(std::move(qualities));
  }
  faults.throw_if_any();
}

const std::vector<OfiqTable::Quality>* OfiqTable::find(const std::string& id) const {
  const std::string path = with_slashes(id);
  const auto [first, last] = row_of_name_.equal_range(last_part(path));
  int most = 0;
  const std::vector<Quality>* found = nullptr;
  for (auto row = first; row != last; ++row) {
    const int parts = common_parts(path, paths_[row->second]);
    if (parts == most) found = nullptr;
    if (parts > most) found = &rows_[row->second];
    most = std::max(most, parts);
  }
  return found;
}

}  // namespace robench
