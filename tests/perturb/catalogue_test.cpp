// SPDX-License-Identifier: Apache-2.0
// The tables in perturb/FAMILY/README.md say what the registry says.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
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

// The rows of a family's table: all lines that begin with a name in back quotes.
std::vector<std::string> rows_of_readme(const std::string& family) {
  std::ifstream file(ROBENCH_SOURCE_DIR "/perturb/" + family + "/README.md");
  REQUIRE_MESSAGE(file.good(), "perturb/" << family << "/README.md is missing");
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("| `", 0) == 0) rows.push_back(line);
  }
  return rows;
}

std::map<std::string, std::vector<std::string>> expected_rows_by_family() {
  std::map<std::string, std::vector<std::string>> rows;
  for (const SeveritySet set : {SeveritySet::face, SeveritySet::imagenet_c}) {
    for (const RegisteredPerturbation& entry : perturbation_registry(set))
      rows[entry.family].push_back(expected_row(entry));
  }
  return rows;
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

// A failure prints the row to paste.
TEST_CASE("the table in a family's README is the registry, row by row") {
  for (const auto& [family, expected] : expected_rows_by_family()) {
    CAPTURE(family);
    const std::vector<std::string> rows = rows_of_readme(family);
    for (std::size_t i = 0; i < expected.size(); ++i)
      CHECK((i < rows.size() ? rows[i] : "(no such row)") == expected[i]);
    CHECK(rows.size() == expected.size());
  }
}

TEST_SUITE_END();
