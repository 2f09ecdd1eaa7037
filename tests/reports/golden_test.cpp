// SPDX-License-Identifier: Apache-2.0
// Whole documents against recorded ones. ROBENCH_GOLDEN=collect records them anew.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "reports/findings.h"
#include "reports/terminal_table.h"
#include "reports/writer.h"
#include "tests/reports/example_run.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

/// "line 3:\n  recorded: ...\n  found:    ..."; "" when the texts are equal.
std::string first_difference(const std::string& recorded, const std::string& found) {
  std::istringstream a(recorded);
  std::istringstream b(found);
  std::string line_a;
  std::string line_b;
  for (int line = 1; recorded != found; ++line) {
    const bool more_a = static_cast<bool>(std::getline(a, line_a));
    const bool more_b = static_cast<bool>(std::getline(b, line_b));
    if (more_a == more_b && line_a == line_b && more_a) continue;
    return "line " + std::to_string(line) + ":\n  recorded: " + (more_a ? line_a : "(end)") +
           "\n  found:    " + (more_b ? line_b : "(end)");
  }
  return "";
}

/// report.html without its style, its scripts and their hashes, which are files of their own.
std::string without_assets(std::string text) {
  for (const auto& [from, to] : {std::pair("<meta http-equiv", "\n"), std::pair("<style>", "</style>"),
                                 std::pair("<script>", "</script>")}) {
    const std::size_t start = text.find(from);
    if (start != std::string::npos) text.erase(start, text.find(to, start) - start);
  }
  return text;
}

void check_golden(const std::string& name, const std::string& found) {
  const fs::path file = fs::path(ROBENCH_TESTS_DIR) / "reports/golden" / name;
  const char* mode = std::getenv("ROBENCH_GOLDEN");
  if (mode != nullptr && std::string(mode) == "collect") {
    std::ofstream(file, std::ios::binary) << found;
    MESSAGE("recorded ", file.string());
    return;
  }
  INFO(name, " differs from its golden file; record it anew with ROBENCH_GOLDEN=collect");
  CHECK(first_difference(content_of(file), found) == "");
}

TEST_SUITE("reports") {
  TEST_CASE("golden: every document of the example run") {
    RunRecord run = tests::example_run();
    run.findings = findings(run);
    for (const WriterSpec& writer : writer_registry())
      check_golden(writer.file_name, without_assets(writer.write(run)));
  }

  TEST_CASE("golden: the terminal, 80 columns") {
    check_golden("terminal.txt", terminal_report(tests::example_run(), 80, false));
    check_golden("terminal_without_pairs.txt",
                 terminal_report(tests::example_run_without_pairs(), 80, false));
  }
}

}  // namespace
}  // namespace robench
