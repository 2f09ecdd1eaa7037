// SPDX-License-Identifier: Apache-2.0
#include "suites/suite_data.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "models/source_text.h"
#include "suites/probe_picture.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kForms =
    "write { faces: sample }, { images: DIR }, { manifest: FILE }, { folders: DIR }, "
    "{ lfw: { root: DIR, pairs: FILE } }, { pairs: { root: DIR, pairs: FILE } }, { cfp: DIR }, "
    "{ bin: FILE } or { probes: N }";

fs::path beside(const fs::path& folder, const std::string& written) {
  return (folder / written).lexically_normal();
}

/// Photographs below a root, and a list of pairs of them.
void read_listed(YamlReader& yaml, const std::string& kind, const YamlNode& map, const fs::path& folder,
                 DataSpec& data) {
  std::vector<std::string> keys = {"root", "pairs"};
  if (kind == "lfw") keys.emplace_back("manifest");
  if (!yaml.check_keys(map, keys, "'" + kind + "'")) return;
  const std::string root = yaml.require_text(map, "root").value_or("");
  const std::string pairs = yaml.optional_text(map, "pairs").value_or("");
  data.root = beside(folder, root);
  data.pairs = pairs.empty() ? data.root / "pairs.txt" : beside(folder, pairs);
  if (const auto manifest = yaml.optional_text(map, "manifest"))
    data.manifest = beside(folder, *manifest);
  data.written = kind + ": " + root;
}

void read_source(YamlReader& yaml, const YamlNode& map, const fs::path& folder, DataSpec& data) {
  const auto& [kind, value] = map.entries.front();
  data.kind = kind.text;
  data.place = {yaml.file_name(), value.line, value.column};
  if (kind.text == "faces") {
    if (yaml.require(map, "faces") != nullptr) yaml.choice_of(value, {"sample"});
  } else if (kind.text == "lfw" || kind.text == "pairs") {
    read_listed(yaml, kind.text, value, folder, data);
  } else if (kind.text == "probes") {
    data.count =
        static_cast<std::uint32_t>(yaml.require_integer(map, "probes", 1, kMostProbes).value_or(1));
    data.written = fmt::format("probes: {}", data.count);
  } else if (const auto path = yaml.require_text(map, kind.text)) {
    data.root = beside(folder, *path);
    data.written = fmt::format("{}: {}", kind.text, *path);
  }
}

}  // namespace

DataSpec read_data(YamlReader& yaml, const YamlNode* data, const fs::path& folder) {
  DataSpec spec;
  spec.written = "faces: sample";
  if (data == nullptr) return spec;
  if (!data->is_map() || data->entries.empty()) {
    yaml.fail(*data, fmt::format("'data': expected a map, found {}", described(*data)), kForms);
    return spec;
  }
  if (!yaml.check_keys(
          *data, {"faces", "images", "manifest", "folders", "lfw", "pairs", "cfp", "bin", "probes"},
          "'data'"))
    return spec;
  if (data->entries.size() > 1)
    yaml.fail(data->entries[1].key, "'data' names two sources", "give one of them");
  else
    read_source(yaml, *data, folder, spec);
  return spec;
}

}  // namespace robench
