// SPDX-License-Identifier: Apache-2.0
// The program as users meet it: exit codes, messages, what is written and what is not.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/suites/program.h"
#include "tests/support/text.h"

using robench::contains;
using robench_test::ProgramResult;
using robench_test::Workplace;

namespace {

namespace fs = std::filesystem;

/// Names in the work place besides the captured streams.
std::vector<std::string> written(const Workplace& place) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(place.path()))
    if (entry.path().extension() != ".txt") names.push_back(entry.path().filename());
  return names;
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("help of every command goes to stdout and ends with an example") {
    const Workplace place;
    CHECK(place.run({"--help"}).exit_code == 0);
    for (const std::string command :
         {"suite", "plan", "list", "preview", "models", "report", "perturb", "embed"}) {
      const ProgramResult help = place.run({command, "--help"});
      INFO(command << help.out << help.err);
      CHECK(help.exit_code == 0);
      CHECK(help.err.empty());
      CHECK(contains(help.out, "example:\n  robench " + command));
      CHECK(contains(place.run({"--help"}).out, "  " + command));
    }
  }

  TEST_CASE("wrong usage: exit 2, a hint, nothing written") {
    const Workplace place;
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
        {{"siute"}, "did you mean 'suite'?"},
        {{"suite"}, "missing argument SUITE"},
        {{"suite", "nothing_here.yaml"}, "nothing_here.yaml"},
        {{"suite", "lighting.yaml", "--thread", "2"}, "did you mean '--threads'?"},
        {{"suite", "lighting.yaml", "--threads", "-1"}, "--threads -1"},
        {{"suite", "lighting.yaml", "--threads", "many"}, "many"},
        {{"suite", "lighting.yaml", "--only", "gama"}, "matches no condition"},
        {{"suite", "lighting.yaml", "--limit", "-5"}, "--limit -5 is negative"},
        {{"suite", "lighting.yaml", "--data", "images:"}, "images"},
        {{"suite", "lighting.yaml", "--models", "dlib_resnt"}, "did you mean 'dlib_resnet'?"},
        {{"suite", "lighting.yaml", "--models", "null_model,null_model"}, "twice"},
        {{"suite", "lighting.yaml", "extra"}, "too many"},
        {{"list", "modles"}, "did you mean 'models'?"},
        {{"models", "fecth"}, "did you mean 'fetch'?"},
        {{"report", "missing.json"}, "missing.json"},
        {{"report", "missing.json", "--as", "markdwon"}, "did you mean 'markdown'?"},
        {{"embed", "sample"}, "--model"},
        {{"perturb", "missing.jpg", "-o", "out"}, "no condition given"},
        {{"perturb", "missing.jpg", "--chain", "gamma@3"}, "needs pictures and --out"},
        {{"perturb", "missing.jpg", "--chain", "gama@3", "-o", "out"}, "did you mean 'gamma'?"},
        {{"perturb", "missing.jpg", "--chain", "gamma@9", "-o", "out"}, "severity 9 is out of range"},
        {{"perturb", "missing.jpg", "--chain", "gamma@3", "-o", "out"}, "missing.jpg"},
        {{"perturb", ".", "--chain", "gamma@3", "-o", "out", "--layout", "subdir"},
         "did you mean 'subdirs'?"},
        {{"perturb", ".", "--chain", "brightness@3", "-o", "out", "--severity-set", "imagenet-c"},
         "--stage crop"},
        {{"preview", "lighting.yaml"}, "missing argument IMAGE"},
        {{"preview", "lighting.yaml", "missing.jpg"}, "missing.jpg"},
    };
    for (const auto& test_case : cases) {
      const std::vector<std::string>& arguments = test_case.first;
      const std::string& expected = test_case.second;
      const ProgramResult result = place.run(arguments);
      INFO(arguments.front() << ": " << result.err);
      CHECK(result.exit_code == 2);
      CHECK(contains(result.err, expected));
      CHECK(result.out.empty());
    }
    CHECK(written(place).empty());
  }

  TEST_CASE("every malformed suite: exit 2, nothing written") {
    const Workplace place;
    int cases = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(ROBENCH_TESTS_DIR) / "cases" / "suites")) {
      if (entry.path().extension() != ".yaml") continue;
      ++cases;
      const ProgramResult result = place.run({"suite", entry.path().string()});
      INFO(entry.path().filename().string() << ": " << result.err);
      CHECK(result.exit_code == 2);
      CHECK(contains(result.err, "error: "));
    }
    CHECK(cases >= 40);
    CHECK(written(place).empty());
  }

  TEST_CASE("a folder of photographs: broken files are rows with a reason") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "photos", 3, 1);
    place.write("photos/broken.jpg", "this is no picture");
    place.write("photos/empty.png", "");
    place.write("suite.yaml",
                robench_test::null_suite("{ images: photos }", "  - gamma: { severity: 3 }\n"));
    const ProgramResult result = place.run({"suite", "suite.yaml", "--out", "out"});
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    const std::string samples = place.read("out/samples.csv");
    CHECK(contains(samples, "broken.jpg,0,broken.jpg,undecodable,"));
    CHECK(contains(samples, "empty.png,0,empty.png,undecodable,"));
    CHECK(contains(place.read("out/rows.csv"), "failure_to_acquire_rate,0.4,"));
    for (const char* name :
         {"run.json", "rows.csv", "samples.csv", "report.md", "report.html", "contact_sheet.png"})
      CHECK(fs::file_size(place.path() / "out" / name) > 0);
  }

  TEST_CASE("--private: no file name, no subject, no picture anywhere") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "secret_village", 2, 2);
    place.write("secret_village/subject_00/broken_secret.jpg", "no picture");
    place.write("suite.yaml",
                robench_test::null_suite("{ folders: secret_village }", "  - gamma: { severity: 3 }\n"));
    const ProgramResult result = place.run({"suite", "suite.yaml", "--private", "--out", "out"});
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    CHECK_FALSE(fs::exists(place.path() / "out/contact_sheet.png"));
    for (const auto& entry : fs::directory_iterator(place.path() / "out")) {
      const std::string text = place.read("out/" + entry.path().filename().string());
      INFO(entry.path().filename().string());
      CHECK_FALSE(contains(text, "secret"));
      CHECK_FALSE(contains(text, "subject_0"));
    }
    CHECK_FALSE(contains(result.out, "secret"));
  }

  TEST_CASE("--private: no face of an earlier run stays in the folder") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 2, 1);
    place.write("suite.yaml",
                robench_test::null_suite("{ folders: faces }", "  - gamma: { severity: 3 }\n"));
    REQUIRE(place.run({"suite", "suite.yaml", "--out", "out"}).exit_code == 0);
    REQUIRE(fs::exists(place.path() / "out/contact_sheet.png"));
    REQUIRE(place.run({"suite", "suite.yaml", "--private", "--out", "out"}).exit_code == 0);
    CHECK_FALSE(fs::exists(place.path() / "out/contact_sheet.png"));
  }

  TEST_CASE("a run that acquires no face at all: documents with reasons, exit 3") {
    const Workplace place;
    place.write("photos/broken.jpg", "no picture");
    place.write("list.csv", "path,subjct\nphotos/broken.jpg,a\nphotos/missing.jpg,b\n");
    place.write("suite.yaml",
                robench_test::null_suite("{ manifest: list.csv }", "  - gamma: { severity: 3 }\n"));
    const ProgramResult result = place.run({"suite", "suite.yaml", "--out", "out"});
    INFO(result.err);
    CHECK(result.exit_code == 3);
    CHECK(contains(result.err, "no face was acquired from any picture"));
    CHECK(contains(result.err, "photos/missing.jpg: "));
    CHECK(contains(place.read("out/samples.csv"), "photos/broken.jpg"));
    CHECK(contains(result.out, "column 'subjct' is taken as a group; did you mean 'subject'?"));
  }

  TEST_CASE("other data, or a part of the conditions, does not overwrite the suite's run") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 2, 1);
    place.write("mine.yaml", robench_test::null_suite("{ folders: faces }",
                                                      "  - gamma: { severity: [1, 2] }\n"
                                                      "  - contrast: { severity: 1 }\n"));
    REQUIRE(place.run({"suite", "mine.yaml", "--data", "faces"}).exit_code == 0);
    const ProgramResult part = place.run({"suite", "mine.yaml", "--only", "gamma@2,contrast"});
    REQUIRE(part.exit_code == 0);
    CHECK(contains(part.out, "contrast@1"));
    CHECK_FALSE(contains(part.out, "gamma@1"));
    std::vector<std::string> folders;
    for (const auto& entry : fs::directory_iterator(place.path() / "runs"))
      folders.push_back(entry.path().filename());
    std::sort(folders.begin(), folders.end());
    REQUIRE(folders.size() == 2);
    CHECK(folders[0].ends_with("-images"));
    CHECK(folders[1].ends_with("-only"));
    CHECK(place.run({"report", "runs/" + folders[0], "--as", "csv"}).exit_code == 0);
  }

  TEST_CASE("list NAME shows one perturbation in full") {
    const ProgramResult result = Workplace().run({"list", "low_light"});
    CHECK(result.exit_code == 0);
    CHECK(contains(result.out, "low_light (lighting, version "));
    CHECK(contains(result.out, "severities 1 to 5: "));
    CHECK(contains(result.out, "parameters"));
  }

  TEST_CASE("gates: exit 1 when one fails, and a gate that meets nothing fails too") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 2, 2);
    const std::string suite =
        robench_test::null_suite("{ folders: faces }", "  - gamma: { severity: 5 }\n");
    place.write("pass.yaml",
                suite + "require:\n  - { metric: drift_cosine, condition: identity, max: 0 }\n");
    place.write("fail.yaml",
                suite + "require:\n  - { metric: drift_cosine, condition: 'gamma@5', max: 0 }\n");
    // The metric exists, but these data have no folds, so nothing is measured.
    place.write("nothing.yaml",
                suite + "require:\n  - { metric: lfw_accuracy, condition: identity, min: 0 }\n");
    const ProgramResult passed = place.run({"suite", "pass.yaml", "--out", "a"});
    CHECK(passed.exit_code == 0);
    CHECK(contains(passed.err, "1 value within the limit; nearest: null_model crop "));
    CHECK(contains(passed.err,
                   "(n = 4); NOT SURE of 1: the 95 % interval passes the limit or is missing"));
    const ProgramResult failed = place.run({"suite", "fail.yaml", "--out", "b"});
    CHECK(failed.exit_code == 1);
    CHECK(contains(failed.err, "FAILED: drift_cosine of every model on gamma@5 <= 0"));
    CHECK(fs::exists(place.path() / "b/run.json"));
    CHECK(place.run({"suite", "nothing.yaml", "--out", "c"}).exit_code == 1);
  }

  TEST_CASE("an unwritable output folder is an environment error, not a crash") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 2, 1);
    place.write("suite.yaml",
                robench_test::null_suite("{ folders: faces }", "  - gamma: { severity: 1 }\n"));
    place.write("occupied", "a file where the folder should be");
    const ProgramResult result = place.run({"suite", "suite.yaml", "--out", "occupied"});
    CHECK(result.exit_code == 3);
    CHECK(contains(result.err, "occupied"));
  }

  TEST_CASE("plan does no work and writes nothing") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 2, 2);
    place.write("suite.yaml",
                robench_test::null_suite("{ folders: faces }",
                                         "  - low_light: { severity: [0, 1, 2] }\nrepetitions: 3\n"));
    const auto before = written(place);
    const ProgramResult result = place.run({"plan", "suite.yaml"});
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    // 4 faces x (clean + 2 severities x 3 repetitions)
    CHECK(contains(result.out, "28 forward passes"));
    CHECK(written(place) == before);
  }

  TEST_CASE("perturb writes the same bytes on any number of threads, with what makes them again") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 2, 1);
    place.write("faces/subject_00/broken.jpg", "no picture");
    const std::vector<std::string> chains = {"--chain", "low_light@3, gamma@2", "--chain",
                                             "side_light: { severity: 2, direction: left }"};
    std::vector<std::string> arguments = {"perturb", "faces", "-o", "flat", "-j", "2"};
    arguments.insert(arguments.end(), chains.begin(), chains.end());
    const ProgramResult flat = place.run(arguments);
    INFO(flat.err);
    REQUIRE(flat.exit_code == 0);
    CHECK(contains(flat.err, "4 pictures written to flat, 1 photographs could not be used"));
    const std::string csv = place.read("flat/perturbed.csv");
    CHECK(contains(csv, ",subject_00/broken.jpg,undecodable,"));
    CHECK(contains(csv, "capture,chain,,low_light@3+gamma@2,capture:low_light/1(ev=3;gain=0.5"));
    for (const auto& entry : fs::recursive_directory_iterator(place.path() / "flat"))
      if (entry.path().extension() == ".png") CHECK(contains(csv, entry.path().filename().string()));

    // The same bytes from one thread, in the folders of ImageNet-C.
    const ProgramResult folders = place.run(
        {"perturb", "faces", "-o", "folders", "--chain", "gamma@3", "-j", "1", "--layout", "subdirs"});
    REQUIRE(folders.exit_code == 0);
    CHECK(fs::is_directory(place.path() / "folders/gamma/3/subject_00"));
    arguments[3] = "again";
    arguments[5] = "1";
    REQUIRE(place.run(arguments).exit_code == 0);
    CHECK(place.read("again/perturbed.csv") == csv);  // holds the hash of every picture
  }

  TEST_CASE("perturb puts in the people that --other names, and says whom") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 3, 1);
    fs::create_directories(place.path() / "people");
    fs::rename(place.path() / "faces/subject_02", place.path() / "people/subject_02");
    place.write("people/broken.jpg", "no picture");
    const auto perturb = [&](const std::string& out, const std::vector<std::string>& more) {
      std::vector<std::string> arguments = {"perturb", "faces",   "-o",
                                            out,       "--chain", "background_face@3"};
      arguments.insert(arguments.end(), more.begin(), more.end());
      return place.run(arguments);
    };
    const ProgramResult alone = perturb("alone", {});
    CHECK(alone.exit_code == 2);
    CHECK(contains(alone.err, "'background_face@3' needs another person's face"));
    CHECK(contains(alone.err, "--other FILE"));
    const ProgramResult own = perturb("own", {"--other", "faces"});
    CHECK(own.exit_code == 2);
    CHECK(contains(own.err, "is an input and in --other too"));

    const ProgramResult folder = perturb("folder", {"--other", "people", "-j", "2"});
    INFO(folder.err);
    REQUIRE(folder.exit_code == 0);
    CHECK(contains(folder.err, "left out: people/broken.jpg"));
    const std::string csv = place.read("folder/perturbed.csv");
    std::string other;
    for (const auto& entry : fs::directory_iterator(place.path() / "people/subject_02"))
      other = entry.path().filename().string();
    CHECK(contains(csv, ",subject_02/" + other + "\n"));
    // The one file of the folder: the same pixels, by their hash in the table.
    REQUIRE(perturb("file", {"--other", "people/subject_02/" + other, "-j", "1"}).exit_code == 0);
    const std::string of_file = place.read("file/perturbed.csv");
    CHECK(contains(of_file, "," + other + "\n"));
    const auto hashes = [](std::string text) {
      for (std::size_t at; (at = text.find("subject_02/")) != std::string::npos;) text.erase(at, 11);
      return text;
    };
    CHECK(hashes(of_file) == hashes(csv));
  }

  TEST_CASE("severities solved for are in the notes of the report") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 2, 2);
    place.write("suite.yaml",
                robench_test::null_suite("{ folders: faces }", "  - gamma: { severity: [1, 3] }\n") +
                    "severity_set: calibrated\ncalibrate: { at: [0.9, 0.85, 0.8, 0.75, 0.7] }\n"
                    "apply_to: both\n");
    const ProgramResult result = place.run({"suite", "suite.yaml", "--out", "out"});
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    const std::string report = place.read("out/report.md");
    CHECK(contains(report, "calibrated gamma@3: gamma "));
    CHECK(contains(report, "references and probes are perturbed alike"));
    const auto run = nlohmann::json::parse(place.read("out/run.json"));
    CHECK(run["provenance"]["severity_set"] == "calibrated");
    CHECK(run["provenance"]["apply_to"] == "both");
  }

  TEST_CASE("report turns a run into the very same documents") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 2, 2);
    place.write("suite.yaml",
                robench_test::null_suite("{ folders: faces }", "  - gamma: { severity: 2 }\n"));
    REQUIRE(place.run({"suite", "suite.yaml", "--out", "out"}).exit_code == 0);
    CHECK(place.run({"report", "out/run.json", "--as", "csv"}).out == place.read("out/rows.csv"));
    CHECK(place.run({"report", "out/run.json", "--as", "markdown"}).out == place.read("out/report.md"));
    REQUIRE(place.run({"report", "out/run.json", "--as", "samples", "--out", "again.csv"}).exit_code ==
            0);
    CHECK(place.read("again.csv") == place.read("out/samples.csv"));
  }

  TEST_CASE("a threshold taken from another run") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 2, 2);
    const std::string suite =
        robench_test::null_suite("{ folders: faces }", "  - gamma: { severity: 2 }\n");
    place.write("first.yaml", suite + "threshold: { from: card }\n");
    place.write("second.yaml", suite + "threshold: { from: first/run.json }\n");
    REQUIRE(place.run({"suite", "first.yaml", "--out", "first"}).exit_code == 0);
    const ProgramResult second = place.run({"suite", "second.yaml", "--out", "second"});
    INFO(second.err);
    REQUIRE(second.exit_code == 0);
    const auto value = [&](const char* file) {
      return nlohmann::json::parse(place.read(file))["provenance"]["thresholds"]["null_model"]["value"];
    };
    CHECK(value("first/run.json").is_number());
    CHECK(value("first/run.json") == value("second/run.json"));
  }
}
