// SPDX-License-Identifier: Apache-2.0
// The table in perturb/README.md says what the registry says.
#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

#include "perturb/perturbation.h"

using namespace robench;

namespace {

std::string expected_row(const RegisteredPerturbation& entry) {
  const PerturbationSpec& spec = entry.spec;
  std::string ladder;
  for (const double rung : spec.ladder) ladder += (ladder.empty() ? "" : ", ") + shortest(rung);
  return "| `" + spec.name + "` | " + entry.family + " | " + spec.summary + " | `" + spec.strength +
         "`, " + spec.find_param(spec.strength)->unit + " | " + ladder + " | " + spec.ladder_source +
         " | " + (spec.neutral ? shortest(*spec.neutral) : "none: " + spec.no_neutral_reason) + " | " +
         (spec.random ? "yes" : "no") + " |";
}

// The rows of the table: all lines that begin with a name in back quotes.
std::vector<std::string> rows_of_readme() {
  std::ifstream file(ROBENCH_SOURCE_DIR "/perturb/README.md");
  REQUIRE(file.good());
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("| `", 0) == 0) rows.push_back(line);
  }
  return rows;
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

// A failure prints the row to paste.
TEST_CASE("the catalogue in perturb/README.md is the registry, row by row") {
  const std::vector<std::string> rows = rows_of_readme();
  const auto& registry = perturbation_registry();
  for (std::size_t i = 0; i < registry.size(); ++i) {
    CHECK((i < rows.size() ? rows[i] : "(no such row)") == expected_row(registry[i]));
  }
  CHECK(rows.size() == registry.size());
}

TEST_SUITE_END();
