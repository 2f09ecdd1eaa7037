// SPDX-License-Identifier: Apache-2.0
#include "models/brought_weights.h"

#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "models/digest.h"
#include "models/store.h"
#include "perturb/error.h"

namespace robench {

namespace fs = std::filesystem;

fs::path brought_path(const LocalFile& file) {
  return model_folder() / "own" / (file.sha256.empty() ? "unverified" : file.sha256) /
         file.path.filename();
}

std::string how_to_bring(const ModelCard& card) {
  if (card.download.empty()) return {};
  return fmt::format("download it from {} and `robench models fetch {} --weights FILE`", card.download,
                     card.name);
}

fs::path bring_weights(const ModelCard& card, const fs::path& given) {
  if (card.download.empty())
    throw ConfigError(fmt::format("model '{}' takes no --weights", card.name),
                      card.files.empty() ? "its card names its own files"
                                         : "its files come from a package; leave --weights out");
  if (!fs::is_regular_file(given))
    throw EnvironmentError(fmt::format("there is no file '{}'", given.string()));
  const std::string found = sha256_of_file(given);
  for (const LocalFile& file : card.local_files) {
    // A card without a hash takes what it is given.
    if (!file.sha256.empty() && file.sha256 != found) continue;
    const fs::path place = brought_path(file);
    std::ifstream stream(given, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    std::error_code exists;
    fs::create_directories(place.parent_path(), exists);
    write_file_atomically(place, bytes);
    return place;
  }
  throw EnvironmentError(
      fmt::format("'{}' is not the file that the card of '{}' pins: sha256 is {}, expected {}",
                  given.string(), card.name, found, card.local_files.front().sha256),
      "for another version, copy the card, write its hash into it and name the copy by its path");
}

}  // namespace robench
