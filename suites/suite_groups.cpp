// SPDX-License-Identifier: Apache-2.0
#include "suites/suite_groups.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "perturb/error.h"

namespace robench {
namespace {

constexpr const char* kExample = "write groups: [gender] or groups: [gender, [gender, age_band]]";
constexpr std::size_t kMostColumns = 8;

bool is_own_column(const std::string& name) {
  return name == "path" || name == "subject" || name == "session" || name == "box" ||
         name == "landmarks";
}

void add_column(YamlReader& yaml, const YamlNode& node, std::vector<std::string>& columns) {
  const auto name = yaml.text_of(node);
  if (!name) return;
  if (name->empty())
    yaml.fail(node, "a group column without a name", kExample);
  else if (is_own_column(*name))
    yaml.fail(node, fmt::format("'{}' cannot be a group: robench itself uses this column", *name));
  else if (std::find(columns.begin(), columns.end(), *name) != columns.end())
    yaml.fail(node, fmt::format("the column '{}' is listed twice", *name));
  else
    columns.push_back(*name);
}

}  // namespace

std::vector<std::vector<std::string>> read_groups(YamlReader& yaml, const YamlNode& groups) {
  std::vector<std::vector<std::string>> groupings;
  if (!groups.is_list() || groups.items.empty()) {
    yaml.fail(groups,
              groups.is_list() ? "'groups' is an empty list"
                               : fmt::format("'groups': expected a list, found {}", described(groups)),
              kExample);
    return groupings;
  }
  for (const YamlNode& node : groups.items) {
    std::vector<std::string> columns;
    if (!node.is_list()) {
      add_column(yaml, node, columns);
    } else if (node.items.size() < 2 || node.items.size() > kMostColumns) {
      yaml.fail(node, fmt::format("an intersection has 2 to {} columns, here are {}", kMostColumns,
                                  node.items.size()));
    } else {
      for (const YamlNode& column : node.items) add_column(yaml, column, columns);
    }
    if (columns.empty()) continue;
    if (std::find(groupings.begin(), groupings.end(), columns) != groupings.end())
      yaml.fail(node, "this grouping is listed twice");
    groupings.push_back(std::move(columns));
  }
  return groupings;
}

void require_group_columns(const Suite& suite, const DataSet& data) {
  std::set<std::string> known;
  for (const Sample& sample : data.samples)
    for (const auto& [column, value] : sample.groups) known.insert(column);
  for (const auto& columns : suite.groups)
    for (const std::string& column : columns) {
      if (known.contains(column)) continue;
      throw ConfigError(fmt::format("groups: the data have no column '{}'", column),
                        known.empty() ? "a manifest's further columns are groups"
                                      : suggestion(column, {known.begin(), known.end()}));
    }
}

}  // namespace robench
