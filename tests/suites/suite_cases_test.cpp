// SPDX-License-Identifier: Apache-2.0
// Suites as files: tests/cases/suites/NAME.yaml must be refused with the text of NAME.expected,
// tests/cases/expansions/NAME.yaml must expand to the conditions of NAME.expected.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "suites/suite.h"
#include "tests/suites/golden_file.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(ROBENCH_TESTS_DIR) / "cases";

std::vector<fs::path> suites_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Works in another folder for as long as it lives, so that messages hold no path of this machine.
class InFolder {
 public:
  explicit InFolder(const fs::path& folder) : before_(fs::current_path()) { fs::current_path(folder); }
  ~InFolder() { fs::current_path(before_); }
  InFolder(const InFolder&) = delete;
  InFolder& operator=(const InFolder&) = delete;

 private:
  fs::path before_;
};

fs::path expected_of(fs::path file) { return file.replace_extension(".expected"); }

std::string conditions_text(const Suite& suite) {
  std::string text;
  for (const Condition& condition : suite.conditions) {
    const std::string severity = condition.severity() ? shortest(*condition.severity()) : "";
    text += fmt::format("{} | {} | {} | {} | {}\n", to_string(condition.stage), condition.label(),
                        condition.perturbation(), severity, condition.params());
  }
  return text;
}

TEST_SUITE("suites") {
  TEST_CASE("each malformed suite is refused with its expected message") {
    const InFolder in_cases(kCases / "suites");
    const std::vector<fs::path> files = suites_in(".");
    CHECK(files.size() >= 40);
    for (const fs::path& file : files) {
      INFO(file.string());
      try {
        static_cast<void>(read_suite(file.filename()));
        FAIL_CHECK("accepted");
      } catch (const ConfigError& error) {
        check_golden(error.what() + std::string("\n"), expected_of(file));
        const auto comes_too_early = [&](const Diagnostic& a, const Diagnostic& b) {
          return a.place.file == b.place.file && a.place.line > b.place.line;
        };
        const std::vector<Diagnostic>& found = error.diagnostics();
        CHECK(std::adjacent_find(found.begin(), found.end(), comes_too_early) == found.end());
      }
    }
  }

  TEST_CASE("suites expand to the expected conditions in order") {
    const std::vector<fs::path> files = suites_in(kCases / "expansions");
    CHECK(files.size() >= 5);
    for (const fs::path& file : files) {
      INFO(file.string());
      check_golden(conditions_text(read_suite(file)), expected_of(file));
    }
  }
}

}  // namespace
}  // namespace robench
