// SPDX-License-Identifier: Apache-2.0
#include "suites/data_fetch.h"

#include <algorithm>

#include <fmt/format.h>

#include "models/child_process.h"
#include "models/codec.h"
#include "models/download.h"
#include "models/resources.h"
#include "models/store.h"
#include "models/temporary_folder.h"
#include "models/yaml_reader.h"
#include "suites/olivetti.h"

namespace robench {
namespace {

namespace fs = std::filesystem;
using Say = std::function<void(const std::string&)>;

fs::path cards_of_data() { return suites_folder() / "data" / "cards"; }

DataFile read_file(YamlReader& yaml, const YamlNode& node) {
  DataFile file;
  if (!yaml.check_keys(node, {"name", "address", "sha256", "unpack"}, "a file of 'files'")) return file;
  file.name = yaml.require_text(node, "name").value_or("");
  file.address = yaml.require_text(node, "address").value_or("");
  file.sha256 = yaml.require_text(node, "sha256").value_or("");
  file.unpack = yaml.optional_choice(node, "unpack", {"tgz", "olivetti"}).value_or("");
  if (!file.name.empty() && (fs::path(file.name).has_parent_path() || file.name.starts_with('.')))
    yaml.fail(*node.find("name"), fmt::format("'{}' is no plain file name", file.name));
  constexpr std::size_t kDigits = 64;
  if (!file.sha256.empty() && (file.sha256.size() != kDigits ||
                               file.sha256.find_first_not_of("0123456789abcdef") != std::string::npos))
    yaml.fail(*node.find("sha256"), fmt::format("'{}' is no SHA-256", file.sha256));
  const bool known =
      std::ranges::any_of(std::initializer_list<const char*>{"https://", "http://", "file://"},
                          [&](const char* scheme) { return file.address.starts_with(scheme); });
  if (!file.address.empty() && !known)
    yaml.fail(*node.find("address"), fmt::format("'{}' is no address", file.address), "https://...");
  return file;
}

DataCard read_card(const fs::path& path) {
  YamlReader yaml = YamlReader::from_file(path);
  DataCard card;
  const YamlNode& root = yaml.root();
  if (yaml.check_keys(root, {"data", "summary", "files", "use", "licence", "source"}, "a data card")) {
    card.name = yaml.require_text(root, "data").value_or("");
    card.summary = yaml.require_text(root, "summary").value_or("");
    card.use = yaml.require_text(root, "use").value_or("");
    card.licence = yaml.require_text(root, "licence").value_or("");
    card.source = yaml.require_text(root, "source").value_or("");
    if (const YamlNode* files = yaml.require(root, "files")) {
      if (!files->is_list() || files->items.empty())
        yaml.fail(*files, fmt::format("expected a list of files, found {}", described(*files)));
      for (const YamlNode& node : files->items) card.files.push_back(read_file(yaml, node));
    }
  }
  yaml.finish();
  return card;
}

/// Where an archive's content goes: first into a folder beside, so that it appears whole or not at all.
void unpack_tgz(const fs::path& archive, const fs::path& folder) {
  const TemporaryFolder temporary(folder, ".unpack-", "is the folder writable?");
  const fs::path inside = temporary.path() / "content";
  fs::create_directory(inside);
  const ChildResult tar = run_child({"tar", "-xzf", fs::absolute(archive).string(), "--no-same-owner",
                                     "-C", fs::absolute(inside).string()},
                                    temporary.path());
  if (!tar.found) throw EnvironmentError("cannot unpack: tar is not installed");
  if (tar.exit_code != 0)
    throw EnvironmentError(
        fmt::format("cannot unpack {}: {}", archive.string(), tar.err.substr(0, tar.err.find('\n'))));
  for (const auto& entry : fs::directory_iterator(inside)) {
    const fs::path place = folder / entry.path().filename();
    fs::remove_all(place);
    fs::rename(entry.path(), place);
  }
}

/// Left beside an archive that is unpacked; holds its hash.
fs::path mark_of(const fs::path& archive) { return archive.string() + ".unpacked"; }

bool is_unpacked(const fs::path& archive, const std::string& sha256) {
  const auto mark = read_bytes(mark_of(archive));
  const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&mark);
  return bytes != nullptr && std::string(bytes->begin(), bytes->end()) == sha256;
}

void unpack(const DataFile& file, const fs::path& archive, const fs::path& folder, const Say& say) {
  if (file.unpack.empty() || is_unpacked(archive, file.sha256)) return;
  say(fmt::format("  unpacking {}", archive.string()));
  if (file.unpack == "tgz")
    unpack_tgz(archive, folder);
  else
    unpack_olivetti(archive, folder / "olivetti");
  write_file_atomically(mark_of(archive), file.sha256);
}

}  // namespace

std::vector<std::string> data_card_names() {
  std::vector<std::string> names;
  std::error_code no_folder;
  for (const auto& entry : fs::directory_iterator(cards_of_data(), no_folder))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

DataCard find_data_card(const std::string& name_or_path) {
  if (name_or_path.find('/') != std::string::npos || name_or_path.ends_with(".yaml"))
    return read_card(name_or_path);
  const std::vector<std::string> known = data_card_names();
  if (std::ranges::find(known, name_or_path) == known.end())
    throw ConfigError(fmt::format("no card of data '{}'", name_or_path),
                      suggestion(name_or_path, known));
  return read_card(cards_of_data() / (name_or_path + ".yaml"));
}

std::string fetch_data(const DataCard& card, const fs::path& given, const Say& say) {
  // Programs that are run here change their folder.
  const fs::path folder = fs::absolute(given).lexically_normal();
  say(fmt::format("{}: {}; licence: {}", card.name, card.summary, card.licence));
  for (const DataFile& file : card.files) {
    download(file.address, file.sha256, folder / file.name, say);
    unpack(file, folder / file.name, folder, say);
  }
  std::string use = card.use;
  for (auto at = use.find("{folder}"); at != std::string::npos; at = use.find("{folder}"))
    use.replace(at, std::string("{folder}").size(), folder.string());
  return use;
}

}  // namespace robench
