// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/run_record.h"

namespace robench {

/// Turns a finished run into one document. Pure: the same record gives the same bytes.
struct WriterSpec {
  std::string name;  // file stem = YAML name: "markdown", "csv"
  std::string summary;
  std::string file_name;  // "report.md", "rows.csv"
  std::function<std::string(const RunRecord&)> write;
};

/// Every writer, in the order of names. Built from the file names by CMake.
[[nodiscard]] const std::vector<WriterSpec>& writer_registry();
[[nodiscard]] const WriterSpec* find_writer(std::string_view name);
[[nodiscard]] std::vector<std::string> writer_names();

}  // namespace robench
