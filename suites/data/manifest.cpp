// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "perturb/error.h"
#include "suites/csv_reader.h"
#include "suites/data/readers.h"

namespace robench::data_readers {
namespace {

/// Numbers between blanks; nullopt when anything else is there or one is not finite.
std::optional<std::vector<double>> numbers(const std::string& text) {
  std::vector<double> values;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    double value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(value))
      return std::nullopt;
    values.push_back(value);
  }
  return values;
}

std::optional<Box> parse_box(const CsvCell& cell, FaultList& faults) {
  if (cell.text.empty()) return std::nullopt;
  const auto values = numbers(cell.text);
  if (!values || values->size() != 4 || (*values)[2] <= 0 || (*values)[3] <= 0) {
    faults.add(cell.place, "not a box: '" + cell.text + "'",
               "four numbers: x y width height, in pixels");
    return std::nullopt;
  }
  return Box{(*values)[0], (*values)[1], (*values)[2], (*values)[3]};
}

std::optional<Landmarks> parse_landmarks(const CsvCell& cell, FaultList& faults) {
  if (cell.text.empty()) return std::nullopt;
  const auto values = numbers(cell.text);
  if (!values || values->size() != 2 * Landmarks::kCount) {
    faults.add(cell.place,
               fmt::format("landmarks are 136 numbers, here are {}",
                           values ? std::to_string(values->size()) : "none"),
               "x0 y0 x1 y1 ... x67 y67, in pixels, iBUG order");
    return std::nullopt;
  }
  Landmarks landmarks;
  for (std::size_t i = 0; i < Landmarks::kCount; ++i)
    landmarks.points[i] = {static_cast<float>((*values)[2 * i]),
                           static_cast<float>((*values)[2 * i + 1])};
  return landmarks;
}

/// Several rows of one photograph get `#0`, `#1`, ... in the order of the file.
void number_faces(std::vector<Sample>& samples) {
  std::map<std::string, int> rows_of;
  for (const Sample& sample : samples) ++rows_of[sample.photograph];
  std::map<std::string, int> next;
  for (Sample& sample : samples)
    if (rows_of[sample.photograph] > 1) sample.id += fmt::format("#{}", next[sample.photograph]++);
}

class Reader {
 public:
  Reader(const CsvTable& table, std::filesystem::path root) : table_(table), root_(std::move(root)) {}

  std::vector<Sample> samples() {
    if (!table_.column("path"))
      fail_at(table_.header.front().place, "a manifest needs the column 'path'", columns_hint());
    std::vector<Sample> all;
    for (const auto& row : table_.rows) all.push_back(sample(row));
    faults_.throw_if_any();
    if (all.empty()) fail_at(table_.header.front().place, "the manifest has no rows");
    number_faces(all);
    return all;
  }

 private:
  [[nodiscard]] std::string columns_hint() const {
    std::vector<std::string> names;
    for (const auto& cell : table_.header) names.push_back(cell.text);
    if (names.size() == 1 && names.front().find(';') != std::string::npos)
      return "cells are separated by commas; this file seems to use ';'";
    return closest_match("path", names).empty()
               ? "columns: path, subject, session, box, landmarks; others are groups"
               : suggestion("path", names);
  }

  Sample sample(const std::vector<CsvCell>& row) {
    Sample sample;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string& column = table_.header[c].text;
      const CsvCell& cell = row[c];
      if (column == "path")
        set_path(sample, cell);
      else if (column == "subject")
        sample.subject = cell.text == "unknown" ? "" : cell.text;
      else if (column == "session")
        sample.session = cell.text;
      else if (column == "box")
        sample.box = parse_box(cell, faults_);
      else if (column == "landmarks")
        sample.landmarks = parse_landmarks(cell, faults_);
      else
        sample.groups[column] = cell.text;
    }
    return sample;
  }

  void set_path(Sample& sample, const CsvCell& cell) {
    if (cell.text.empty()) faults_.add(cell.place, "a row without a path");
    sample.id = sample.photograph = cell.text;
    sample.path = root_ / cell.text;  // an absolute path stays as it is
  }

  const CsvTable& table_;
  std::filesystem::path root_;
  FaultList faults_;
};

/// A column that was probably meant to be one of ours, and is taken as a group.
std::vector<std::string> doubtful_columns(const CsvTable& table) {
  std::vector<std::string> notes;
  for (const auto& cell : table.header)
    for (const std::string known : {"subject", "session", "box", "landmarks"})
      if (!table.column(known) && cell.text != known && closest_match(cell.text, {known}) == known)
        notes.push_back(fmt::format("the manifest's column '{}' is taken as a group; did you mean '{}'?",
                                    cell.text, known));
  return notes;
}

}  // namespace

DataSet manifest(const DataSpec& spec) {
  DataSet data;
  data.name = spec.root.stem().string();
  const CsvTable table = read_csv(spec.root);
  data.samples = Reader(table, spec.root.parent_path()).samples();
  data.protocol = "manifest";
  data.notes = doubtful_columns(table);
  if (!table.column("subject"))
    data.notes.emplace_back(
        "the manifest has no column 'subject': no comparison can be called mated or non-mated");
  return data;
}

}  // namespace robench::data_readers
