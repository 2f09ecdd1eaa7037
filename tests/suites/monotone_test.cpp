// SPDX-License-Identifier: Apache-2.0
// On real faces and real models: more of a perturbation moves an embedding further.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "perturb/perturbation.h"
#include "tests/models/test_zoo.h"
#include "tests/suites/program.h"

using robench_test::Workplace;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSubjects = 200;

std::vector<fs::path> sorted(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// The first picture of each of 200 people, spread over the alphabet.
std::string manifest_of(const fs::path& lfw) {
  std::vector<fs::path> people = sorted(lfw);
  std::erase_if(people, [](const fs::path& path) { return !fs::is_directory(path); });
  REQUIRE(people.size() >= kSubjects);
  std::string text = "path,subject\n";
  for (std::size_t i = 0; i < kSubjects; ++i) {
    const fs::path& person = people[i * people.size() / kSubjects];
    text += fmt::format("{},{}\n", sorted(person).front().string(), person.filename().string());
  }
  return text;
}

/// Severities 1 to 5 of every lighting perturbation whose change grows by its own account.
std::string suite_text() {
  std::string text =
      "suite: monotone\nseed: 20261123\ndata: { manifest: faces.csv }\nmodels: [dlib_resnet, "
      "faceplugin]\n"
      "metrics: [drift]\nacquisition: { multi_face: central, no_face: centre_box }\nperturb:\n";
  for (const auto& [family, spec] : robench::perturbation_registry())
    if (family == "lighting" && spec.not_monotone_reason.empty()) text += "  - " + spec.name + "\n";
  return text;
}

/// Mean drift_cosine at severities 1 to 5 by model and perturbation.
using Ladders = std::map<std::string, std::array<double, 5>>;

Ladders ladders_of(const nlohmann::json& run) {
  Ladders ladders;
  for (const auto& cell : run["cells"]) {
    if (cell["perturbation"] == "identity") continue;
    const auto rung = cell["severity"].get<std::size_t>() - 1;
    for (const auto& measure : cell["measures"]) {
      if (measure["name"] != "drift_cosine") continue;
      CHECK(measure["n"] == kSubjects);
      ladders[fmt::format("{} {}", cell["model"].get<std::string>(),
                          cell["perturbation"].get<std::string>())]
          .at(rung) = measure["value"];
    }
  }
  return ladders;
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("zoo: on 200 people of LFW mean drift grows with every lighting severity, for both models") {
    constexpr const char* kWhat = "drift over severities on LFW";
    const char* data = std::getenv("ROBENCH_TEST_DATA");
    if (data == nullptr || *data == '\0') {
      MESSAGE("SKIPPED: " << std::string(kWhat) << " (ROBENCH_TEST_DATA is not set)");
      return;
    }
    if (!robench::test::zoo_is_asked_for({"dlib_resnet", "faceplugin"}, kWhat)) return;
    const Workplace place;
    place.use_zoo();
    place.write("faces.csv", manifest_of(fs::path(data) / "faces" / "lfw_folds_1_5"));
    place.write("suite.yaml", suite_text());
    const auto result = place.run({"suite", "suite.yaml", "--out", "out"});
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    const Ladders ladders = ladders_of(nlohmann::json::parse(place.read("out/run.json")));
    CHECK(ladders.size() >= 18);  // nine perturbations, two models
    for (const auto& ladder : ladders) {
      const auto& drift = ladder.second;
      const std::string steps = fmt::format("{}: {:.4f}", ladder.first, fmt::join(drift, " "));
      INFO(steps);
      CHECK(drift[0] > 0);
      CHECK(std::is_sorted(drift.begin(), drift.end()));
    }
  }
}
