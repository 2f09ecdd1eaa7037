// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "perturb/error.h"
#include "suites/csv_reader.h"
#include "suites/data/listed_pairs.h"
#include "suites/data/readers.h"

namespace robench::data_readers {
namespace {

/// `Name/Name_0001.jpg`.
std::string file_of(const std::string& name, int number) {
  return fmt::format("{0}/{0}_{1:04}.jpg", name, number);
}

/// pairs.txt of LFW's view 2: a header `FOLDS PAIRS`, then per fold PAIRS mated lines (name, two
/// numbers) and PAIRS non-mated lines (name, number, name, number). Without a count of folds the header
/// is `PAIRS`.
class PairsFile {
 public:
  PairsFile(std::string text, std::string file) : text_(std::move(text)), file_(std::move(file)) {}

  std::vector<NamedPair> pairs() {
    std::istringstream in(text_);
    std::string line;
    while (std::getline(in, line)) lines_.push_back(words(line));
    while (!lines_.empty() && lines_.back().empty()) lines_.pop_back();
    read_header();
    const auto expected = static_cast<std::size_t>(2LL * folds_ * per_fold_);
    if (lines_.size() != 1 + expected)
      fail(static_cast<int>(lines_.size()),
           fmt::format("{} pairs follow the header, which promises {} ({} folds of 2 x {})",
                       lines_.size() - 1, expected, folds_, per_fold_));
    std::vector<NamedPair> all;
    for (std::size_t i = 0; i < expected; ++i) {
      const auto fold = static_cast<int>(i / (2 * static_cast<std::size_t>(per_fold_)));
      const bool mated =
          i % (2 * static_cast<std::size_t>(per_fold_)) < static_cast<std::size_t>(per_fold_);
      all.push_back(pair(static_cast<int>(i) + 2, mated, fold));
    }
    faults_.throw_if_any();
    return all;
  }

  [[nodiscard]] int folds() const { return folds_; }

 private:
  static constexpr int kMostFolds = 1000;
  static constexpr int kMostPairs = 10'000'000;

  static std::vector<std::string> words(const std::string& line) {
    std::istringstream in(line);
    std::vector<std::string> all;
    for (std::string word; in >> word;) all.push_back(word);
    return all;
  }

  static std::optional<int> number(const std::string& word) {
    int value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || value < 1) return std::nullopt;
    return value;
  }

  [[noreturn]] void fail(int line, const std::string& message) const {
    fail_at({file_, line, 1}, message, "", line_of(text_, line));
  }

  void read_header() {
    if (lines_.empty()) fail(1, "the list of pairs is empty");
    const auto& header = lines_.front();
    const auto first = header.empty() ? std::nullopt : number(header[0]);
    const auto second = header.size() == 2 ? number(header[1]) : std::nullopt;
    if (!first || header.size() > 2 || (header.size() == 2 && !second))
      fail(1, "the header must be `FOLDS PAIRS`, for example `10 300`");
    folds_ = second ? *first : 1;
    per_fold_ = second ? *second : *first;
    if (folds_ > kMostFolds || per_fold_ > kMostPairs / folds_)
      fail(1, "more folds or pairs than any protocol has");
  }

  NamedPair pair(int line, bool mated, int fold) {
    const auto& cells = lines_[static_cast<std::size_t>(line) - 1];
    const std::size_t wanted = mated ? 3 : 4;
    const auto a = cells.size() == wanted ? number(cells[1]) : std::nullopt;
    const auto b = cells.size() == wanted ? number(cells.back()) : std::nullopt;
    if (!a || !b) {
      faults_.add({file_, line, 1},
                  mated ? "a mated pair is `NAME NUMBER NUMBER`"
                        : "a non-mated pair is `NAME NUMBER NAME NUMBER`",
                  "", line_of(text_, line));
      return {};
    }
    return {file_of(cells[0], *a), file_of(mated ? cells[0] : cells[2], *b), mated, fold};
  }

  std::string text_;
  std::string file_;
  std::vector<std::vector<std::string>> lines_;
  FaultList faults_;
  int folds_ = 0;
  int per_fold_ = 0;
};

/// The manifest's further columns, by path; rows of other photographs are left alone.
void add_groups(DataSet& data, const std::filesystem::path& file) {
  DataSpec spec;
  spec.kind = "manifest";
  spec.root = file;
  std::map<std::string, std::map<std::string, std::string>> groups_of;
  for (Sample& row : manifest(spec).samples)
    if (!groups_of.emplace(row.photograph, std::move(row.groups)).second)
      fail_at({file.string()}, fmt::format("two rows of '{}'", row.photograph));
  std::int64_t without = 0;
  for (Sample& sample : data.samples) {
    const auto found = groups_of.find(sample.photograph);
    if (found == groups_of.end())
      ++without;
    else
      sample.groups = found->second;
  }
  if (without > 0)
    data.notes.push_back(fmt::format("{} of {} photographs are not in the manifest of groups", without,
                                     data.samples.size()));
}

}  // namespace

DataSet lfw(const DataSpec& spec) {
  if (!std::filesystem::is_directory(spec.root))
    throw ConfigError("lfw: no such folder: " + spec.root.string());
  PairsFile file(read_list(spec.pairs), spec.pairs.string());
  const std::vector<NamedPair> pairs = file.pairs();
  DataSet data = data_of_pairs(spec.root, pairs, file.folds());
  for (Sample& sample : data.samples) sample.subject = sample.id.substr(0, sample.id.find('/'));
  if (!spec.manifest.empty()) add_groups(data, spec.manifest);
  data.name = "lfw";
  data.protocol = fmt::format("LFW view 2, {} folds, {} pairs", file.folds(), pairs.size());
  return data;
}

}  // namespace robench::data_readers
