// SPDX-License-Identifier: Apache-2.0
#include "suites/data/listed_pairs.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include "suites/csv_reader.h"

namespace robench::data_readers {

void deal_into_folds(std::vector<NamedPair>& pairs, int folds) {
  const auto mated = static_cast<std::size_t>(
      std::ranges::count_if(pairs, [](const NamedPair& pair) { return pair.mated; }));
  std::size_t seen[2] = {0, 0};
  for (NamedPair& pair : pairs) {
    const std::size_t all = pair.mated ? mated : pairs.size() - mated;
    pair.fold = static_cast<int>(seen[pair.mated]++ * static_cast<std::size_t>(folds) / all);
  }
}

DataSet data_of_pairs(const std::filesystem::path& root, const std::vector<NamedPair>& pairs,
                      int folds) {
  std::set<std::string> files;
  for (const NamedPair& pair : pairs) {
    files.insert(pair.reference);
    files.insert(pair.probe);
  }
  DataSet data;
  std::map<std::string, std::uint32_t> row_of;
  for (const std::string& name : files) {
    Sample sample;
    sample.id = sample.photograph = name;
    sample.path = root / name;
    row_of[name] = static_cast<std::uint32_t>(data.samples.size());
    data.samples.push_back(std::move(sample));
  }
  for (const NamedPair& pair : pairs)
    data.listed.push_back({row_of[pair.reference], row_of[pair.probe], pair.mated, pair.fold});
  data.fold_count = folds;
  data.default_choice = FaceChoice::central;
  data.default_no_face = NoFace::centre_box;
  return data;
}

void name_subjects(DataSet& data, const std::function<std::string(const std::string&)>& subject_of) {
  std::vector<std::string> subjects;
  for (const Sample& sample : data.samples) subjects.push_back(subject_of(sample.id));
  const bool fits =
      std::ranges::none_of(subjects, [](const std::string& subject) { return subject.empty(); }) &&
      std::ranges::all_of(data.listed, [&](const Trial& trial) {
        return (subjects[trial.reference] == subjects[trial.probe]) == trial.mated;
      });
  if (!fits) {
    data.notes.emplace_back(
        "who is who cannot be read from the names of the files: the listed pairs are compared, and no "
        "others; a threshold from the data is refused, give `threshold: { from: card }` or another run");
    return;
  }
  for (std::size_t row = 0; row < subjects.size(); ++row) data.samples[row].subject = subjects[row];
}

std::string read_list(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file))
    fail_at({file.string(), 0, 0}, "cannot read this file");
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace robench::data_readers
