// SPDX-License-Identifier: Apache-2.0
#include "reports/writer.h"

#include <algorithm>
#include <utility>

namespace robench {

/// Generated: {folder, function} of every file in reports/writers.
std::vector<std::pair<std::string_view, WriterSpec (*)()>> writer_plugins();

namespace {

std::vector<WriterSpec> all_writers() {
  std::vector<WriterSpec> writers;
  for (const auto& [folder, make] : writer_plugins()) writers.push_back(make());
  std::sort(writers.begin(), writers.end(),
            [](const WriterSpec& a, const WriterSpec& b) { return a.name < b.name; });
  return writers;
}

}  // namespace

const std::vector<WriterSpec>& writer_registry() {
  static const std::vector<WriterSpec> writers = all_writers();
  return writers;
}

const WriterSpec* find_writer(std::string_view name) {
  const auto& writers = writer_registry();
  const auto found = std::find_if(writers.begin(), writers.end(),
                                  [name](const WriterSpec& writer) { return writer.name == name; });
  return found == writers.end() ? nullptr : &*found;
}

std::vector<std::string> writer_names() {
  std::vector<std::string> names;
  for (const WriterSpec& writer : writer_registry()) names.push_back(writer.name);
  return names;
}

}  // namespace robench
