// SPDX-License-Identifier: Apache-2.0
// Celebrities in Frontal-Profile (Sengupta et al. 2016), as unpacked: Data/Images and Protocol/Split.
#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include "perturb/error.h"
#include "suites/csv_reader.h"
#include "suites/data/listed_pairs.h"
#include "suites/data/readers.h"

namespace robench::data_readers {
namespace {

namespace fs = std::filesystem;
constexpr int kCfpFolds = 10;

/// A whole number from 1 on; 0 for anything else.
int number_of(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value > 0 ? value : 0;
}

/// Pair_list_F.txt: lines `NUMBER ../Data/Images/001/frontal/01.jpg`, numbered from 1.
std::vector<std::string> picture_list(const fs::path& file) {
  const std::string text = read_list(file);
  std::istringstream in(text);
  std::vector<std::string> pictures;
  int line_number = 0;
  for (std::string line; std::getline(in, line);) {
    ++line_number;
    std::istringstream words(line);
    std::string number, path;
    words >> number >> path;
    if (number.empty()) continue;
    if (number_of(number) != static_cast<int>(pictures.size()) + 1 || path.empty())
      fail_at({file.string(), line_number, 1}, fmt::format("expected `{} PICTURE`", pictures.size() + 1),
              "", line_of(text, line_number));
    // Relative to the list's folder, Protocol; ids are relative to the data's own root.
    pictures.push_back(("Protocol" / fs::path(path)).lexically_normal().generic_string());
  }
  return pictures;
}

/// same.txt, diff.txt: lines `15,130`, numbers into the two lists.
void add_pairs(const fs::path& file, const std::vector<std::string>& references,
               const std::vector<std::string>& probes, bool mated, int fold,
               std::vector<NamedPair>& pairs) {
  const std::string text = read_list(file);
  std::istringstream in(text);
  int line_number = 0;
  for (std::string line; std::getline(in, line);) {
    ++line_number;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty()) continue;
    const auto comma = line.find(',');
    const int a = number_of(line.substr(0, comma));
    const int b = comma == std::string::npos ? 0 : number_of(line.substr(comma + 1));
    if (a < 1 || b < 1 || a > static_cast<int>(references.size()) || b > static_cast<int>(probes.size()))
      fail_at({file.string(), line_number, 1},
              fmt::format("a pair is `A,B`, numbers of pictures from 1 to {} and {}", references.size(),
                          probes.size()),
              "", line_of(text, line_number));
    pairs.push_back({references[static_cast<std::size_t>(a) - 1],
                     probes[static_cast<std::size_t>(b) - 1], mated, fold});
  }
}

}  // namespace

DataSet cfp(const DataSpec& spec) {
  const std::string kind = spec.root.filename().string();
  const fs::path protocol = spec.root.parent_path().parent_path();
  if (!fs::is_directory(spec.root) || (kind != "FP" && kind != "FF"))
    throw ConfigError("cfp: " + spec.root.string() + " is not the folder of a protocol",
                      "give .../Protocol/Split/FP (frontal and profile) or .../Protocol/Split/FF");
  const auto frontal = picture_list(protocol / "Pair_list_F.txt");
  const auto probes = kind == "FP" ? picture_list(protocol / "Pair_list_P.txt") : frontal;
  std::vector<NamedPair> pairs;
  for (int fold = 0; fold < kCfpFolds; ++fold) {
    const fs::path folder = spec.root / fmt::format("{:02}", fold + 1);
    add_pairs(folder / "same.txt", frontal, probes, true, fold, pairs);
    add_pairs(folder / "diff.txt", frontal, probes, false, fold, pairs);
  }
  DataSet data = data_of_pairs(protocol.parent_path(), pairs, kCfpFolds);
  // Data/Images/001/frontal/01.jpg
  name_subjects(data, [](const std::string& name) {
    return fs::path(name).parent_path().parent_path().filename().string();
  });
  data.name = "cfp_" + std::string(kind == "FP" ? "fp" : "ff");
  data.protocol = fmt::format("CFP {}, {} folds, {} pairs", kind, kCfpFolds, pairs.size());
  return data;
}

}  // namespace robench::data_readers
