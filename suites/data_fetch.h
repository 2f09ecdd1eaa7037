// SPDX-License-Identifier: Apache-2.0
// Data sets that a user fetches himself, each by a card of addresses and hashes: suites/data/cards.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace robench {

struct DataFile {
  std::string name;
  std::string address;
  std::string sha256;
  std::string unpack;  // "", tgz, or olivetti
};

struct DataCard {
  std::string name;
  std::string summary;
  std::vector<DataFile> files;
  std::string use;  // what --data then takes; {folder} stands for where it lies
  std::string licence;
  std::string source;
};

/// Names of the shipped cards, sorted.
[[nodiscard]] std::vector<std::string> data_card_names();
/// A name, or a path to a card. Throws ConfigError with every fault, or with a suggestion.
[[nodiscard]] DataCard find_data_card(const std::string& name_or_path);

/// Downloads and unpacks into `folder` what is not there yet, and returns what --data takes. `say` gets
/// one line per step. What was left half done is gone on with. Throws EnvironmentError as download()
/// does.
std::string fetch_data(const DataCard& card, const std::filesystem::path& folder,
                       const std::function<void(const std::string&)>& say);

}  // namespace robench
