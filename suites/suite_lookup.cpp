// SPDX-License-Identifier: Apache-2.0
// From what is typed on the command line to a suite file or a data specification.
#include <algorithm>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "models/resources.h"
#include "suites/probe_picture.h"
#include "suites/suite.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

fs::path absolute_path(const std::string& written) {
  return fs::absolute(fs::path(written)).lexically_normal();
}

bool is_bare_name(const std::string& name) {
  return name.find('/') == std::string::npos && name != "." && name != "..";
}

[[noreturn]] void refuse_data(const std::string& problem, const std::string& hint) {
  throw ConfigError("--data: " + problem, hint);
}

constexpr const char* kDataForms =
    "write sample, images:DIR (or just a folder), manifest:FILE.csv, folders:DIR, "
    "lfw:ROOT,PAIRS[,MANIFEST.csv], pairs:ROOT,LIST, cfp:DIR, bin:FILE or probes:N";

std::uint32_t probe_count(const std::string& text, const std::string& number) {
  std::uint32_t count = 0;
  const char* end = number.data() + number.size();
  const auto read = std::from_chars(number.data(), end, count);
  if (read.ec != std::errc() || read.ptr != end || count < 1 || count > kMostProbes)
    refuse_data(fmt::format("'{}' names no number of probes", text),
                fmt::format("write probes:N with N from 1 to {}", kMostProbes));
  return count;
}

}  // namespace

fs::path shipped_suites_folder() { return suites_folder(); }

std::vector<std::string> shipped_suite_names() {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(shipped_suites_folder(), ignored)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

fs::path find_suite(const std::string& name) {
  if (name.empty()) throw ConfigError("the name of the suite is empty");
  std::error_code ignored;
  const fs::path given(name);
  // Also a pipe: `robench suite /dev/stdin` reads a suite that another program writes.
  if (fs::exists(given, ignored) && !fs::is_directory(given, ignored)) return given;
  if (is_bare_name(name)) {
    for (const std::string& file_name : {name, name + ".yaml"}) {
      const fs::path shipped = shipped_suites_folder() / file_name;
      if (shipped.extension() == ".yaml" && fs::is_regular_file(shipped, ignored)) return shipped;
    }
  }
  if (fs::is_directory(given, ignored)) {
    throw ConfigError(fmt::format("'{}' is a folder, not a suite file", name));
  }
  throw ConfigError(
      fmt::format("there is no suite '{}', neither as a file nor among the shipped ones", name),
      suggestion(given.stem().string(), shipped_suite_names()));
}

DataSpec parse_data_option(const std::string& text) {
  DataSpec spec;
  spec.written = text;
  if (text == "sample" || text == "faces:sample") return spec;
  std::error_code ignored;
  const bool is_folder = fs::is_directory(text, ignored);
  if (is_folder || (fs::is_regular_file(text, ignored) && fs::path(text).extension() == ".csv")) {
    spec.kind = is_folder ? "images" : "manifest";
    spec.root = absolute_path(text);
    return spec;
  }

  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  static const std::vector<std::string> kKinds = {"sample", "images", "manifest", "folders", "lfw",
                                                  "pairs",  "cfp",    "bin",      "probes"};
  if (kind == "sample" || kind == "faces" ||
      std::find(kKinds.begin(), kKinds.end(), kind) == kKinds.end()) {
    const std::string near = closest_match(kind, kKinds);
    refuse_data(fmt::format("'{}' is no data specification", text),
                near.empty() || near == kind ? kDataForms
                                             : fmt::format("did you mean '{}'? {}", near, kDataForms));
  }
  std::string rest = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (kind == "probes") {
    spec.kind = kind;
    spec.count = probe_count(text, rest);
    return spec;
  }
  if (kind == "lfw" && rest.ends_with(".csv") && rest.find(',') != std::string::npos) {
    spec.manifest = absolute_path(rest.substr(rest.rfind(',') + 1));
    rest.resize(rest.rfind(','));
  }
  const bool lists_pairs = kind == "lfw" || kind == "pairs";
  const std::size_t comma = lists_pairs ? rest.rfind(',') : std::string::npos;
  const std::string root = rest.substr(0, comma);
  if (root.empty()) refuse_data(fmt::format("'{}' names no file or folder", text), kDataForms);

  spec.kind = kind;
  spec.root = absolute_path(root);
  if (lists_pairs) {
    const std::string pairs = comma == std::string::npos ? "" : rest.substr(comma + 1);
    if (comma != std::string::npos && pairs.empty()) {
      refuse_data(fmt::format("'{}' names no pair list after the comma", text), kDataForms);
    }
    spec.pairs = pairs.empty() ? spec.root / "pairs.txt" : absolute_path(pairs);
  }
  return spec;
}

}  // namespace robench
