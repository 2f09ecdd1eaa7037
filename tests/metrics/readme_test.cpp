// SPDX-License-Identifier: Apache-2.0
// The table in metrics/README.md says what the registry says.
#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metrics/metric.h"
#include "metrics/run_summary.h"

namespace robench {
namespace {

/// "name|metric|unit|better" of each measure.
std::vector<std::string> rows_of_registry() {
  std::vector<std::string> rows;
  for (const MetricSpec& spec : metric_registry()) {
    for (const MeasureInfo& info : spec.measures) {
      // One row for all features; those of pose have no better.
      const auto colon = info.name.find(':');
      const bool probe = info.name.starts_with("geometry_") && colon != std::string::npos;
      const std::string name = probe ? info.name.substr(0, colon) + ":FEATURE" : info.name;
      const bool r2 = name.starts_with("geometry_r2");
      const std::string better(r2 ? "higher" : to_string(info.better));
      const std::string row = "`" + name + "`|" + spec.name + "|" + info.unit + "|" + better;
      if (rows.empty() || rows.back() != row) rows.push_back(row);
    }
  }
  for (const SummarySpec& spec : summary_registry())
    for (const MeasureInfo& info : spec.measures)
      rows.push_back("`" + info.name + "`|" + spec.name + "|" + info.unit + "|" +
                     std::string(to_string(info.better)));
  return rows;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> rows_of_readme() {
  std::ifstream file(ROBENCH_SOURCE_DIR "/metrics/README.md");
  REQUIRE(file.good());
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    std::string cell;
    for (const char c : line.substr(1)) {
      if (c != '|') {
        cell += c;
        continue;
      }
      cells.push_back(trimmed(cell));
      cell.clear();
    }
    CHECK_MESSAGE(cells.size() == 7, line);
    cells.resize(7);
    rows.push_back(cells[0] + "|" + cells[1] + "|" + cells[2] + "|" + cells[3]);
    CHECK_MESSAGE(!cells[4].empty(), line);
    CHECK_MESSAGE(!cells[5].empty(), line);
  }
  return rows;
}

TEST_SUITE("metrics") {
  TEST_CASE("the README's table is the registry, row by row") {
    CHECK(rows_of_readme() == rows_of_registry());
  }

  TEST_CASE("metrics are found by name") {
    const std::vector<std::string> names = metric_names();
    CHECK(std::is_sorted(names.begin(), names.end()));
    for (const std::string& name : names) {
      REQUIRE(find_metric(name) != nullptr);
      CHECK(find_metric(name)->name == name);
      CHECK_FALSE(find_metric(name)->summary.empty());
    }
    CHECK(find_metric("accuracy") == nullptr);
  }
}

}  // namespace
}  // namespace robench
