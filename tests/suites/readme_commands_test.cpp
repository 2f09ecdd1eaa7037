// SPDX-License-Identifier: Apache-2.0
// The commands of the root README do what it says, in the order in which they stand there.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/models/test_zoo.h"
#include "tests/suites/program.h"

using robench_test::Workplace;

namespace {

namespace fs = std::filesystem;

enum class Needs { nothing, zoo };

struct TourCommand {
  const char* text;   // as in the README, without ./robench and the comment
  Needs needs;        // weights or the sample photographs, which only a network brings
  const char* shows;  // part of stdout, or a file that must be there afterwards when it begins with '>'
};

constexpr TourCommand kTour[] = {
    {"list", Needs::nothing, "side_light"},
    {"list low_light", Needs::nothing, "severities 1 to 5"},
    {"preview lighting.yaml sample", Needs::zoo, ">preview.png"},
    {"plan lighting.yaml", Needs::zoo, "conditions"},
    {"data inspect images:DIR", Needs::zoo, "inter_eye_px"},
    {"suite lighting.yaml --data images:DIR", Needs::zoo, ">runs/lighting-images/run.json"},
    {"suite lighting.yaml --data lfw:ROOT,PAIRS --only 'side_light*'", Needs::zoo, "side_light"},
    {"models check", Needs::zoo, "faceplugin"},
    {"perturb portrait.jpg --chain \"low_light@3, jpeg@4\" -o perturbed", Needs::nothing,
     ">perturbed/perturbed.csv"},
    {"embed images:DIR --model dlib_resnet -o vectors", Needs::zoo, ">vectors/embeddings.npy"},
    {"report runs/lighting-images --as markdown", Needs::zoo, "# "},
};

/// Commands that are not run here, and why.
constexpr std::pair<const char*, const char*> kNotRunHere[] = {
    {"make run", ".ci/run runs it, twice"},
    {"make test", "this is it"},
    {"compare runs/lighting dlib_resnet faceplugin", "needs a run: gate_command_test.cpp"},
    {"compare runs/old runs/new --as markdown", "needs two runs: gate_command_test.cpp"},
    {"gate --baseline runs/old runs/new", "needs two runs: gate_command_test.cpp"},
    {"calibrate folders:people --model dlib_resnet -o people.json",
     "needs photographs of people: trust_test.cpp"},
    {"triage photographs --model dlib_resnet --calibration people.json -o triaged",
     "needs photographs of people: trust_test.cpp"},
};

std::string readme() {
  std::ifstream file(ROBENCH_SOURCE_DIR "/README.md");
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The indented lines of the README without their comments.
std::vector<std::string> commands_of_readme() {
  std::vector<std::string> commands;
  std::istringstream lines(readme());
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("    ")) continue;
    line =
        line.substr(4, line.find(" #") == std::string::npos ? std::string::npos : line.find(" #") - 4);
    while (line.ends_with(' ')) line.pop_back();
    commands.push_back(line.starts_with("./robench ") ? line.substr(10) : line);
  }
  return commands;
}

/// Words of a command line as a shell splits them: quotes of either kind keep blanks and are taken off.
std::vector<std::string> words_of(const std::string& command) {
  std::vector<std::string> words = {""};
  char quote = 0;
  for (const char c : command) {
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else if (c == ' ' && quote == 0) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

/// portrait.jpg, DIR with photographs, and ROOT with PAIRS in LFW's form, all of generated heads.
void write_data(const Workplace& place) {
  robench_test::write_generated_faces(place.path() / "DIR", 2, 2);
  fs::copy_file(place.path() / "DIR" / "subject_00" / "0.png", place.path() / "portrait.jpg");
  robench_test::write_generated_faces(place.path() / "drawn", 4, 2);
  for (int person = 0; person < 4; ++person) {
    const std::string name = fmt::format("Person_{}", person);
    fs::create_directories(place.path() / "ROOT" / name);
    for (int picture = 0; picture < 2; ++picture)
      fs::copy_file(place.path() / fmt::format("drawn/subject_{:02}/{}.png", person, picture),
                    place.path() / fmt::format("ROOT/{}/{}_{:04}.jpg", name, name, picture + 1));
  }
  place.write("PAIRS",
              "2\t1\nPerson_0\t1\t2\nPerson_0\t1\tPerson_1\t1\n"
              "Person_2\t1\t2\nPerson_2\t1\tPerson_3\t1\n");
}

void run_and_check(const Workplace& place, const TourCommand& command) {
  CAPTURE(command.text);
  const auto result = place.run(words_of(command.text));
  INFO(result.err);
  CHECK(result.exit_code == 0);
  const std::string shows = command.shows;
  if (shows.starts_with(">"))
    CHECK(fs::exists(place.path() / shows.substr(1)));
  else
    CHECK(result.out.find(shows) != std::string::npos);
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("every command of the README is run by a test, or is listed here with the reason") {
    const auto commands = commands_of_readme();
    std::vector<std::string> known;
    for (const TourCommand& command : kTour) known.emplace_back(command.text);
    for (const auto& [command, reason] : kNotRunHere) known.emplace_back(command);
    for (const std::string& command : commands) {
      INFO("add this command of README.md to tests/suites/readme_commands_test.cpp: " << command);
      CHECK(std::find(known.begin(), known.end(), command) != known.end());
    }
    for (const std::string& command : known) {
      INFO("README.md has no longer: " << command);
      CHECK(std::find(commands.begin(), commands.end(), command) != commands.end());
    }
  }

  TEST_CASE("the README's commands that need neither weights nor network") {
    const Workplace place;
    write_data(place);
    for (const TourCommand& command : kTour)
      if (command.needs == Needs::nothing) run_and_check(place, command);
  }

  TEST_CASE("zoo: the README's whole tour") {
    if (!robench::test::zoo_is_asked_for({"dlib_resnet", "faceplugin"}, "the README's tour")) return;
    const Workplace place;
    place.use_zoo();
    write_data(place);
    for (const TourCommand& command : kTour) run_and_check(place, command);
  }

  TEST_CASE("zoo: the README's suite") {
    if (!robench::test::zoo_is_asked_for({"dlib_resnet", "faceplugin"}, "the README's suite")) return;
    const std::string text = readme();
    const auto from = text.find("```yaml\n") + 8;
    const Workplace place;
    place.use_zoo();
    robench_test::write_generated_faces(place.path() / "faces", 2, 2);
    place.write("village.csv",
                "path,subject\nfaces/subject_00/0.png,a\nfaces/subject_00/1.png,a\n"
                "faces/subject_01/0.png,b\nfaces/subject_01/1.png,b\n");
    place.write("evening.yaml", text.substr(from, text.find("```", from) - from));
    const auto result = place.run({"suite", "evening.yaml"});
    INFO(result.err);
    CHECK(result.exit_code <= 1);  // 1: the generated heads break the example's gate
    CHECK(fs::exists(place.path() / "runs/evening/report.md"));
  }
}
