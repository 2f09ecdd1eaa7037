// SPDX-License-Identifier: Apache-2.0
// Pair lists of AgeDB-30, CALFW, CPLFW and the like.
#include <charconv>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "perturb/error.h"
#include "suites/csv_reader.h"
#include "suites/data/listed_pairs.h"
#include "suites/data/readers.h"

namespace robench::data_readers {
namespace {

constexpr int kPairFolds = 10;  // as the protocols of these sets have it

struct Line {
  int number = 0;  // in the file, from 1
  std::vector<std::string> words;
};

std::vector<Line> lines_of(const std::string& text) {
  std::vector<Line> lines;
  std::istringstream in(text);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    std::istringstream words(line);
    Line one{number, {}};
    for (std::string word; words >> word;) one.words.push_back(word);
    if (!one.words.empty()) lines.push_back(std::move(one));
  }
  return lines;
}

/// `1` or more: mated; `0` and `-1`: not.
std::optional<bool> is_mated(const std::string& word) {
  int value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value > 0;
}

class PairList {
 public:
  explicit PairList(const std::filesystem::path& file)
      : text_(read_list(file)), file_(file.string()), lines_(lines_of(text_)) {
    if (lines_.empty()) fail_at({file_, 1, 1}, "the list of pairs is empty");
  }

  [[nodiscard]] bool on_two_lines() const { return lines_.front().words.size() == 2; }

  std::vector<NamedPair> pairs() {
    const std::size_t step = on_two_lines() ? 2 : 1;
    if (lines_.size() % step != 0)
      fault(lines_.back(), "the second picture of the last pair is missing");
    std::vector<NamedPair> all;
    for (std::size_t i = 0; i + step <= lines_.size() && !faults_.full(); i += step)
      if (step == 2)
        add(all, lines_[i + 1], {lines_[i].words, lines_[i + 1].words});
      else
        add(all, lines_[i], {lines_[i].words});
    faults_.throw_if_any();
    require_both_kinds(all);
    return all;
  }

 private:
  void fault(const Line& line, const std::string& message) {
    faults_.add({file_, line.number, 1}, message,
                "a pair is a line `PICTURE PICTURE 1` (0: two people), or two lines `PICTURE 1`",
                line_of(text_, line.number));
  }

  void add(std::vector<NamedPair>& all, const Line& line,
           const std::vector<std::vector<std::string>>& rows) {
    const std::size_t words = rows.size() == 2 ? 2 : 3;
    for (const auto& row : rows)
      if (row.size() != words) return fault(line, fmt::format("expected {} words", words));
    const auto first = is_mated(rows.front().back()), last = is_mated(rows.back().back());
    if (!first || first != last)
      return fault(line, !first ? "the last word is no whole number"
                                : "the lines of a pair differ in their label");
    if (rows.size() == 2)
      all.push_back({rows[0][0], rows[1][0], *first, 0});
    else
      all.push_back({rows[0][0], rows[0][1], *first, 0});
    if (all.back().reference == all.back().probe) fault(line, "a picture is compared with itself");
  }

  void require_both_kinds(const std::vector<NamedPair>& all) const {
    std::size_t mated = 0;
    for (const NamedPair& pair : all) mated += pair.mated ? 1 : 0;
    if (mated < kPairFolds || all.size() - mated < kPairFolds)
      fail_at({file_}, fmt::format("{} mated and {} non-mated pairs; {} folds need as many of each",
                                   mated, all.size() - mated, kPairFolds));
  }

  std::string text_;
  std::string file_;
  std::vector<Line> lines_;
  FaultList faults_;
};

/// CALFW and CPLFW: `Name_of_person_2.jpg`; elsewhere a folder for each person.
std::string subject_of(const std::string& name, bool by_file) {
  if (!by_file) return std::filesystem::path(name).parent_path().string();
  const std::string stem = std::filesystem::path(name).stem().string();
  const auto underscore = stem.rfind('_');
  return underscore == std::string::npos ? "" : stem.substr(0, underscore);
}

}  // namespace

DataSet pairs(const DataSpec& spec) {
  if (!std::filesystem::is_directory(spec.root))
    throw ConfigError("pairs: no such folder: " + spec.root.string());
  PairList list(spec.pairs);
  std::vector<NamedPair> pairs = list.pairs();
  deal_into_folds(pairs, kPairFolds);
  DataSet data = data_of_pairs(spec.root, pairs, kPairFolds);
  name_subjects(data, [&](const std::string& name) { return subject_of(name, list.on_two_lines()); });
  data.name = spec.pairs.stem().string();
  data.protocol = fmt::format("{} pairs of {}, dealt into {} folds in their order", pairs.size(),
                              spec.pairs.filename().string(), kPairFolds);
  return data;
}

}  // namespace robench::data_readers
