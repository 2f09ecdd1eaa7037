// SPDX-License-Identifier: Apache-2.0
// What the readers of pair lists share.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "suites/data_set.h"

namespace robench::data_readers {

/// A comparison of two pictures, by their files relative to the data's root.
struct NamedPair {
  std::string reference;
  std::string probe;
  bool mated = false;
  int fold = 0;
};

/// A list without folds: the k-th of n mated pairs goes to fold k * folds / n, and so do the non-mated.
/// For the usual order, folds of mated and then non-mated pairs, that is the list's own order.
void deal_into_folds(std::vector<NamedPair>& pairs, int folds);

/// One sample per file, sorted by name, no subject known; the pairs as listed trials; a protocol that
/// drops nobody (FaceChoice::central, NoFace::centre_box).
[[nodiscard]] DataSet data_of_pairs(const std::filesystem::path& root,
                                    const std::vector<NamedPair>& pairs, int folds);

/// Names the subjects as `subject_of` reads them from the ids. Where that contradicts a listed pair, or
/// "" is read, nobody is named and a note says so: a wrong subject would make wrong comparisons.
void name_subjects(DataSet& data, const std::function<std::string(const std::string&)>& subject_of);

/// The whole of a text file. Throws ConfigError.
[[nodiscard]] std::string read_list(const std::filesystem::path& file);

}  // namespace robench::data_readers
