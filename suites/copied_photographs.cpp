// SPDX-License-Identifier: Apache-2.0
#include "suites/copied_photographs.h"

#include <map>
#include <set>

#include <fmt/format.h>

namespace robench {
namespace {

/// Names that say who it is: unlabelled faces are called after their own file.
bool is_label(const Sample& sample) { return !sample.subject.empty() && sample.subject != sample.id; }

struct Copies {
  std::vector<std::size_t> rows;
  std::set<std::string> files;     // photographs with these bytes
  std::set<std::string> subjects;  // as labelled
};

std::map<std::string, Copies> copies_by_content(const DataSet& data,
                                                const std::vector<std::string>& photo_sha256) {
  std::map<std::string, Copies> by_content;
  for (std::size_t row = 0; row < data.samples.size(); ++row) {
    if (photo_sha256[row].empty()) continue;
    const Sample& sample = data.samples[row];
    Copies& copies = by_content[photo_sha256[row]];
    copies.rows.push_back(row);
    copies.files.insert(sample.photograph);
    if (is_label(sample)) copies.subjects.insert(sample.subject);
  }
  std::erase_if(by_content, [](const auto& entry) { return entry.second.files.size() < 2; });
  return by_content;
}

void join(DataSet& data, const Copies& copies) {
  std::string session = "copies of " + data.samples[copies.rows.front()].photograph;
  for (const std::size_t row : copies.rows) {
    if (data.samples[row].session.empty()) continue;
    session = data.samples[row].session;
    break;
  }
  for (const std::size_t row : copies.rows) data.samples[row].session = session;
}

}  // namespace

void join_copied_photographs(DataSet& data, const std::vector<std::string>& photo_sha256) {
  std::size_t count = 0;
  std::size_t contradicting = 0;
  for (const auto& [content, copies] : copies_by_content(data, photo_sha256)) {
    join(data, copies);
    count += copies.files.size() - 1;
    if (copies.subjects.size() > 1) ++contradicting;
  }
  if (count == 0) return;
  std::string note = fmt::format(
      "{} photograph{} a byte-for-byte copy of another; a photograph is not compared with its copies",
      count, count == 1 ? " is" : "s are each");
  if (contradicting > 0)
    note += fmt::format(
        "; {} of the copied photographs {} under the names of different subjects: are the labels right?",
        contradicting, contradicting == 1 ? "stands" : "stand");
  data.notes.push_back(std::move(note));
}

}  // namespace robench
