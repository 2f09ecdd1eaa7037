// SPDX-License-Identifier: Apache-2.0
#include "reports/run_record.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include <unistd.h>

#include <doctest/doctest.h>

#include "perturb/error.h"
#include "tests/reports/example_run.h"

namespace robench {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A file that goes when the test ends.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content)
      : path_(fs::temp_directory_path() / ("robench_run_" + std::to_string(::getpid()) + ".json")) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TemporaryFile() { fs::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

RunRecord read_back(const std::string& content) { return read_run(TemporaryFile(content).path()); }

/// What read_run says of `content`, without the file's name; "" when it accepts it.
std::string complaint(const std::string& content) {
  try {
    static_cast<void>(read_back(content));
  } catch (const ConfigError& error) {
    REQUIRE(error.diagnostics().size() == 1);
    const Diagnostic& found = error.diagnostics().front();
    CHECK(found.place.file.find("robench_run_") != std::string::npos);
    return (found.place.line > 0
                ? std::to_string(found.place.line) + ":" + std::to_string(found.place.column) + ": "
                : "") +
           found.message;
  }
  return "";
}

json example_document() { return json::parse(run_json(tests::example_run())); }

/// The complaint after the value at `pointer` of a good run is replaced.
std::string complaint_with(const char* pointer, const json& value) {
  json document = example_document();
  document[json::json_pointer(pointer)] = value;
  return complaint(document.dump());
}

TEST_SUITE("reports") {
  TEST_CASE("run.json: the round trip is exact") {
    RunRecord run = tests::example_run();
    run.findings = {"one", "two", "three"};
    run.is_private = true;
    run.seed = std::numeric_limits<std::uint64_t>::max();
    run.cells[0].measures[0].value = 0.1 + 0.2;
    run.cells[0].measures[1].value = 5e-324;
    run.cells[0].measures[2].ci95 = Interval{-1e300, 1.0 / 3};
    const std::string text = run_json(run);
    const RunRecord back = read_back(text);
    CHECK(run_json(back) == text);
    CHECK(back.seed == run.seed);
    CHECK(back.is_private);
    CHECK(back.models == run.models);
    CHECK(back.cells[0].measures[0].value == 0.1 + 0.2);
    CHECK(back.cells[0].measures[1].value == 5e-324);
    CHECK(back.cells[0].measures[2].ci95 == run.cells[0].measures[2].ci95);
    CHECK(back.cells[7].severity == run.cells[7].severity);
    CHECK(back.samples[1].box == run.samples[1].box);
    CHECK(std::isnan(back.samples[1].summary->drift_median));
    CHECK(back.samples[0].summary->worst_condition == 6);
    CHECK_FALSE(back.samples[2].summary.has_value());
    CHECK(back.gates[1].found == run.gates[1].found);
    CHECK(back.summaries.size() == run.summaries.size());
    CHECK(back.summaries[0].scope == "gamma");
    REQUIRE(back.curves.size() == run.curves.size());
    CHECK(back.curves[1].curves.non_mated.counts == run.curves[1].curves.non_mated.counts);
    CHECK(back.curves[1].curves.fnmr == run.curves[1].curves.fnmr);
    CHECK(back.curves[1].curves.drift_deg.high == run.curves[1].curves.drift_deg.high);
    CHECK(back.notes == run.notes);
    CHECK(back.findings == run.findings);
    CHECK(back.provenance == run.provenance);
    CHECK(back.execution == run.execution);
  }

  TEST_CASE("run.json: a run from before there were summaries is read") {
    json document = example_document();
    document["schema"] = 1;
    document.erase("summaries");
    document.erase("curves");
    const RunRecord back = read_back(document.dump());
    CHECK(back.summaries.empty());
    CHECK(back.cells.size() == tests::example_run().cells.size());
  }

  TEST_CASE("run.json: canonical") {
    const std::string text = run_json(tests::example_run());
    CHECK(text.back() == '\n');
    CHECK(text.find("\"cells\"") < text.find("\"data\""));  // keys sorted
    CHECK(text == run_json(tests::example_run()));
    const json document = json::parse(text);
    CHECK(document["schema"] == RunRecord::kSchema);
    CHECK(document["cells"][0]["measures"][4]["value"].is_null());  // refused: NaN
    RunRecord other = tests::example_run();
    other.execution["threads"] = 7;
    json without = json::parse(run_json(other));
    json expected = document;
    without.erase("execution");
    expected.erase("execution");
    CHECK(without == expected);  // all that may differ lies under `execution`
  }

  TEST_CASE("run.json: an empty run, and names that are not UTF-8") {
    CHECK(read_back(run_json(RunRecord{})).cells.empty());
    RunRecord run;
    run.samples.push_back({});
    run.samples[0].path = "caf\xE9.jpg";
    CHECK(read_back(run_json(run)).samples[0].path == "caf\xEF\xBF\xBD.jpg");
  }

  TEST_CASE("run.json: what is not a run is refused, with the place") {
    CHECK(complaint("{\"format\":\n  nonsense}") == "2:4: not JSON");
    CHECK(complaint("") == "1:1: not JSON");
    CHECK(complaint("[1, 2]").find("not a run of robench") == 0);
    CHECK(complaint("{\"schema\": 1}").find("not a run of robench") == 0);
    CHECK(complaint("{\"format\": \"robench-run\", \"schema\": \"1\"}").find("not a run") == 0);
    CHECK(complaint_with("/schema", 5) == "/schema: this robench reads schema 1 to 4, found 5");
    CHECK_THROWS_AS(static_cast<void>(read_run("/nowhere/run.json")), ConfigError);
    CHECK_THROWS_AS(static_cast<void>(read_run(fs::temp_directory_path())), ConfigError);
  }

  TEST_CASE("run.json: wrong types are refused, with the JSON pointer") {
    CHECK(complaint_with("/cells/3/severity", "3") ==
          "/cells/3/severity: expected a number or null, found string");
    CHECK(complaint_with("/cells/0/measures/1/better", "more") ==
          "/cells/0/measures/1/better: expected lower, higher or none, found string");
    CHECK(complaint_with("/cells/0/measures/2/ci95", {1, 2, 3}) ==
          "/cells/0/measures/2/ci95: expected 2 numbers, found array");
    CHECK(complaint_with("/curves/0/scores/mated", {1, 2}) ==
          "/curves/0/scores/mated: expected 40 counts, found array");
    CHECK(complaint_with("/curves/0/det/fnmr", {0.5}) ==
          "/curves/0/det/fnmr: expected 6 numbers, found array");
    CHECK(complaint_with("/cells/0/measures/2/n", 1.5) ==
          "/cells/0/measures/2/n: expected a whole number in its range, found number");
    CHECK(complaint_with("/cells/0/measures/2/n", -1).find("/cells/0/measures/2/n") == 0);
    CHECK(complaint_with("/samples/0/face", 1e10).find("/samples/0/face") == 0);
    CHECK(complaint_with("/samples/0/box", "1 2 3 4") ==
          "/samples/0/box: expected a list, found string");
    CHECK(complaint_with("/samples/0", nullptr) == "/samples/0: expected an object, found null");
    CHECK(complaint_with("/seed", -1) == "/seed: expected a whole number, 0 or more, found number");
    CHECK(complaint_with("/private", 1) == "/private: expected true or false, found number");
    CHECK(complaint_with("/models/0", 7) == "/models/0: expected a string, found number");
    CHECK(complaint_with("/provenance", json::array()) ==
          "/provenance: expected an object, found array");
    CHECK(complaint_with("/cells/0/colour", 1) == "/cells/0: unknown key 'colour'");
    json document = example_document();
    document["samples"][1].erase("status");
    CHECK(complaint(document.dump()) == "/samples/1: key 'status' is missing");
  }
}

}  // namespace
}  // namespace robench
