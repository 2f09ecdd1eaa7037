// SPDX-License-Identifier: Apache-2.0
// Same inputs, same bytes: at any thread count, fresh, from the store, and after a kill -9.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/suites/program.h"

using robench_test::Workplace;

namespace {

namespace fs = std::filesystem;

const std::string kPerturb =
    "  - gamma: { severity: [0, 3] }\n"
    "  - low_light: { severity: [2, 5] }\n"
    "  - cast_shadow: { severity: 3 }\n";

void prepare(const Workplace& place, const std::string& extra = "") {
  robench_test::write_generated_faces(place.path() / "faces", 6, 3);
  place.write("suite.yaml", robench_test::null_suite("{ folders: faces }", kPerturb) + extra);
}

/// Everything that must be equal between equal runs.
std::string comparable(const Workplace& place, const std::string& out) {
  auto run = nlohmann::json::parse(place.read(out + "/run.json"));
  run.erase("execution");
  return run.dump() + place.read(out + "/rows.csv") + place.read(out + "/samples.csv") +
         place.read(out + "/report.md");
}

std::size_t stored_units(const fs::path& store) {
  std::size_t count = 0;
  std::error_code error;
  for (auto it = fs::recursive_directory_iterator(store, error);
       !error && it != fs::recursive_directory_iterator(); it.increment(error))
    count += it->path().extension() == ".npy" ? 1 : 0;
  return count;
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("one thread, three threads, from the store: the same bytes") {
    const Workplace place;
    prepare(place, "repetitions: 2\n");
    const auto first = place.run({"suite", "suite.yaml", "--threads", "1", "--out", "a"});
    INFO(first.err);
    REQUIRE(first.exit_code == 0);
    REQUIRE(place.run({"suite", "suite.yaml", "--threads", "3", "--no-cache", "--out", "b"}).exit_code ==
            0);
    REQUIRE(place.run({"suite", "suite.yaml", "--threads", "2", "--out", "c"}).exit_code == 0);
    CHECK(comparable(place, "a") == comparable(place, "b"));
    CHECK(comparable(place, "a") == comparable(place, "c"));
    CHECK(place.read("a/rows.csv").size() > 1000);
    // The third run came from the store.
    CHECK(nlohmann::json::parse(place.read("c/run.json"))["execution"]["forward_passes"] == 0);
    CHECK_FALSE(fs::exists(place.path() / "b/.scratch"));
  }

  TEST_CASE("kill -9 costs only the work in flight, and the resumed run gives the same bytes") {
    const Workplace fresh;
    prepare(fresh);
    REQUIRE(fresh.run({"suite", "suite.yaml", "--out", "out"}).exit_code == 0);

    const Workplace killed;
    prepare(killed);
    const pid_t child = killed.start({"suite", "suite.yaml", "--threads", "1", "--out", "out"});
    for (int i = 0; i < 200000 && stored_units(killed.path() / "cache/store") < 2; ++i) usleep(500);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    const std::size_t stored = stored_units(killed.path() / "cache/store");
    CHECK(stored >= 2);
    const auto resumed = killed.run({"suite", "suite.yaml", "--out", "out"});
    INFO(resumed.err);
    REQUIRE(resumed.exit_code == 0);
    CHECK(comparable(fresh, "out") == comparable(killed, "out"));
    const auto execution = nlohmann::json::parse(killed.read("out/run.json"))["execution"];
    CHECK(execution["units_from_store"] >= stored - 1);
  }

  TEST_CASE("severity 0 gives the clean embedding and zero drift") {
    const Workplace place;
    prepare(place);
    REQUIRE(place.run({"suite", "suite.yaml", "--only", "gamma@0", "--out", "out"}).exit_code == 0);
    const auto run = nlohmann::json::parse(place.read("out/run.json"));
    CHECK(run["execution"]["forward_passes"] == 18);  // the clean pictures only
    int zero_rows = 0;
    for (const auto& cell : run["cells"]) {
      if (cell["perturbation"] != "gamma") continue;
      for (const auto& measure : cell["measures"]) {
        if (measure["name"] != "drift_cosine" && measure["name"] != "drift_angle_deg") continue;
        CHECK(measure["value"] == 0.0);
        ++zero_rows;
      }
    }
    CHECK(zero_rows == 4);  // two measures, repetition 1 and all
  }

  TEST_CASE("adding a photograph changes no other photograph's row") {
    const Workplace place;
    prepare(place);
    REQUIRE(place.run({"embed", "folders:faces", "--model", "null_model", "-o", "before"}).exit_code ==
            0);
    robench_test::write_generated_faces(place.path() / "faces/zz_new", 1, 1);
    REQUIRE(place.run({"embed", "folders:faces", "--model", "null_model", "-o", "after"}).exit_code ==
            0);
    CHECK(place.read("after/landmarks.csv").starts_with(place.read("before/landmarks.csv")));
  }
}
