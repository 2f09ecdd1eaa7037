// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include <fmt/format.h>

#include "suites/gates.h"
#include "suites/glob.h"
#include "suites/suite.h"
#include "tests/suites/golden_file.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

/// A fresh folder to work in; back to the old one at the end.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : before_(fs::current_path()), folder_(fs::temp_directory_path() / "robench_suite_lookup") {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::current_path(folder_);
  }
  ~TemporaryFolder() {
    fs::current_path(before_);
    fs::remove_all(folder_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

 private:
  fs::path before_;
  fs::path folder_;
};

template <typename Function>
std::string refusal(Function function, const std::string& argument) {
  try {
    static_cast<void>(function(argument));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

/// The fenced blocks of `language` in a Markdown text.
std::vector<std::string> blocks_of(const std::string& markdown, const std::string& language) {
  std::vector<std::string> blocks;
  const std::string fence = "```" + language + "\n";
  for (std::size_t at = markdown.find(fence); at != std::string::npos;
       at = markdown.find(fence, at + 1)) {
    const std::size_t begin = at + fence.size();
    blocks.push_back(markdown.substr(begin, markdown.find("```", begin) - begin));
  }
  return blocks;
}

TEST_SUITE("suites") {
  TEST_CASE("a name that is no file here is looked up among the shipped suites") {
    const TemporaryFolder folder;
    const fs::path shipped = shipped_suites_folder() / "lighting.yaml";
    CHECK(find_suite("lighting.yaml") == shipped);
    CHECK(find_suite("lighting") == shipped);
    fs::create_directory("lighting");
    CHECK(find_suite("lighting") == shipped);
    std::ofstream("lighting.yaml") << "suite: mine\n";
    CHECK(find_suite("lighting.yaml") == "lighting.yaml");
    CHECK(find_suite("./lighting.yaml") == "./lighting.yaml");
    CHECK(find_suite("lighting") == shipped);
  }

  TEST_CASE("a suite that does not exist is refused with a suggestion") {
    const TemporaryFolder folder;
    CHECK(refusal(find_suite, "lihgting.yaml") ==
          "error: there is no suite 'lihgting.yaml', neither as a file nor among the shipped ones; "
          "did you mean 'lighting'?");
    CHECK(refusal(find_suite, "suites/smoke.yaml").find("did you mean 'smoke'?") != std::string::npos);
    CHECK(refusal(find_suite, "xyz").find("known: background_face, backlit_doorway, blur") !=
          std::string::npos);
    CHECK(refusal(find_suite, ".") == "error: '.' is a folder, not a suite file");
    CHECK(refusal(find_suite, "README.md") != "accepted");
    CHECK(refusal(find_suite, "") == "error: the name of the suite is empty");
  }

  TEST_CASE("every shipped suite is sound, bears the name of its file and has a row in the README") {
    const std::string readme = file_text(shipped_suites_folder() / "README.md");
    CHECK(shipped_suite_names().size() >= 15);
    for (const std::string& name : shipped_suite_names()) {
      INFO(name);
      const Suite suite = read_suite(find_suite(name));
      CHECK(suite.name == name);
      // Runs out of the box: on the sample photographs, or on pictures that are generated.
      CHECK((suite.data.kind == "faces" || suite.data.kind == "probes"));
      CHECK(readme.find("\n| `" + name + "` |") != std::string::npos);
    }
  }

  TEST_CASE("every perturbation is in a shipped suite, on its own") {
    std::set<std::string> tried;
    for (const std::string& name : shipped_suite_names())
      for (const Condition& condition : read_suite(find_suite(name)).conditions)
        if (condition.steps.size() == 1)
          tried.insert(
              fmt::format("{} {}", to_string(condition.steps[0].set), condition.perturbation()));
    for (const SeveritySet set : {SeveritySet::face, SeveritySet::imagenet_c})
      for (const RegisteredPerturbation& perturbation : perturbation_registry(set)) {
        const std::string wanted = fmt::format("{} {}", to_string(set), perturbation.spec.name);
        CHECK_MESSAGE(tried.count(wanted) == 1, wanted);
      }
  }

  TEST_CASE("--data names the data in one word") {
    const TemporaryFolder folder;
    const fs::path here = fs::current_path();
    CHECK(parse_data_option("sample").kind == "faces");
    CHECK(parse_data_option("images:photos").kind == "images");
    CHECK(parse_data_option("images:photos").root == here / "photos");
    CHECK(parse_data_option("images:/a/b:c").root == "/a/b:c");
    CHECK(parse_data_option("manifest:list.csv").root == here / "list.csv");
    CHECK(parse_data_option("folders:../people").root == here.parent_path() / "people");
    const DataSpec lfw = parse_data_option("lfw:/lfw,/lfw/pairs_dev.txt");
    CHECK(lfw.root == "/lfw");
    CHECK(lfw.pairs == "/lfw/pairs_dev.txt");
    CHECK(parse_data_option("lfw:/lfw").pairs == "/lfw/pairs.txt");
    CHECK(parse_data_option("lfw:/lfw").written == "lfw:/lfw");
    const DataSpec grouped = parse_data_option("lfw:/lfw,/lfw/pairs.txt,/lfw/people.csv");
    CHECK(grouped.pairs == "/lfw/pairs.txt");
    CHECK(grouped.manifest == "/lfw/people.csv");
  }

  TEST_CASE("--data: a folder or a CSV that is there needs no kind") {
    const DataSpec folder = parse_data_option(ROBENCH_SOURCE_DIR "/suites");
    CHECK(folder.kind == "images");
    CHECK(folder.root == ROBENCH_SOURCE_DIR "/suites");
    CHECK(parse_data_option(ROBENCH_SOURCE_DIR "/suites/data/sample.csv").kind == "manifest");
  }

  TEST_CASE("--data that says nothing is refused with the forms it has") {
    const std::string forms =
        "write sample, images:DIR (or just a folder), manifest:FILE.csv, folders:DIR, "
        "lfw:ROOT,PAIRS[,MANIFEST.csv], pairs:ROOT,LIST, cfp:DIR, bin:FILE or probes:N";
    CHECK(refusal(parse_data_option, "") == "error: --data: '' is no data specification; " + forms);
    CHECK(refusal(parse_data_option, "photos") ==
          "error: --data: 'photos' is no data specification; " + forms);
    CHECK(refusal(parse_data_option, "image:photos") ==
          "error: --data: 'image:photos' is no data specification; did you mean 'images'? " + forms);
    CHECK(refusal(parse_data_option, "images") ==
          "error: --data: 'images' names no file or folder; " + forms);
    CHECK(refusal(parse_data_option, "lfw:,pairs.txt") ==
          "error: --data: 'lfw:,pairs.txt' names no file or folder; " + forms);
    CHECK(refusal(parse_data_option, "lfw:/lfw,") ==
          "error: --data: 'lfw:/lfw,' names no pair list after the comma; " + forms);
    CHECK(refusal(parse_data_option, "sample:3") ==
          "error: --data: 'sample:3' is no data specification; " + forms);
  }

  TEST_CASE("glob") {
    CHECK(matches_glob("gamma@3", "*"));
    CHECK(matches_glob("", "*"));
    CHECK(matches_glob("gamma@3", "gamma@*"));
    CHECK(matches_glob("gamma@3", "gamma@?"));
    CHECK(matches_glob("gamma@3", "*@3"));
    CHECK(matches_glob("side_light@5 direction=left", "side*left"));
    CHECK(matches_glob("aabab", "*ab"));
    CHECK(matches_glob("[x]", "[x]"));
    CHECK_FALSE(matches_glob("gamma@3", "gamma"));
    CHECK_FALSE(matches_glob("gamma@3", "gamma@?0"));
    CHECK_FALSE(matches_glob("gamma@3", ""));
    CHECK_FALSE(matches_glob("Gamma@3", "gamma@3"));
    CHECK_FALSE(matches_glob(std::string(10'000, 'a'), "*a*a*a*a*a*a*b"));
    CHECK(matches_condition("side_light@5 direction=left", "*@5"));
    CHECK(matches_condition("side_light@5 direction=left", "*left"));
    CHECK(matches_condition("gamma@5", "*@5"));
    CHECK_FALSE(matches_condition("side_light@5 direction=left", "*@4"));
    CHECK_FALSE(matches_condition("side_light@5 direction=left", "direction*"));
  }

  TEST_CASE("the README's suites are sound and its errors are the program's") {
    const fs::path readme = shipped_suites_folder() / "README.md";
    const std::string text = file_text(readme);
    for (const std::string& name : shipped_suite_names())
      CHECK_MESSAGE(text.find("\n| `" + name + "` |") != std::string::npos, name << " has no row");
    const std::vector<std::string> whole = blocks_of(text, "yaml");
    CHECK(whole.size() >= 3);
    for (const std::string& block : whole) {
      INFO(block);
      const bool is_suite = block.starts_with("suite:") || block.find("\nsuite:") != std::string::npos;
      const std::string head = "suite: readme\nmodels: [null_model]\n";
      const std::string perturb =
          block.find("perturb:") == std::string::npos ? "perturb: [gamma]\n" : "";
      CHECK_NOTHROW(static_cast<void>(parse_suite(is_suite ? block : head + perturb + block, readme)));
    }
    const std::vector<std::string> broken = blocks_of(text, "yaml broken");
    const std::vector<std::string> messages = blocks_of(text, "text");
    REQUIRE(broken.size() == 1);
    REQUIRE(messages.size() == 1);
    CHECK(
        refusal([](const std::string& suite) { return parse_suite(suite, "broken.yaml"); }, broken[0]) +
            "\n" ==
        messages[0]);
  }

  TEST_CASE("gates: what was found is printed as people read it, and is told from its limit") {
    RunRecord run;
    CellRecord cell;
    cell.model = "a";
    cell.stage = "crop";
    cell.label = "gamma@5";
    cell.repetition = "all";
    cell.measures = {{"fnmr", 1.0 / 6, "share", 1500, Interval{1.0 / 14, 1.0 / 3}, Better::lower, ""},
                     {"drift_cosine", 0.0123456789, "1", 30, std::nullopt, Better::lower, ""}};
    run.cells = {cell};
    const auto found = [&](const char* metric, double limit) {
      Gate gate;
      gate.metric = metric;
      gate.condition = "*";
      gate.max = limit;
      return judge_gates({gate}, run).front().found;
    };
    CHECK(found("fnmr", 0.05) == "a on crop gamma@5: 16.67 % [7.14, 33.33] (n = 1,500)");
    CHECK(found("fnmr", 0.16666) == "a on crop gamma@5: 16.667 % [7.143, 33.333] (n = 1,500)");
    CHECK(found("drift_cosine", 0.01) == "a on crop gamma@5: 0.01235 (n = 30)");
  }
}

}  // namespace
}  // namespace robench
