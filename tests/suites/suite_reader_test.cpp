// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "metrics/metric.h"
#include "perturb/random_stream.h"
#include "suites/suite.h"
#include "tests/suites/golden_file.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

const std::string kHead = "suite: t\nmodels: [null_model]\nperturb:\n  - gamma: { severity: [1, 3] }\n";

Suite parsed(const std::string& more) { return parse_suite(kHead + more, "/data/suites/t.yaml"); }

std::string refusal_of(const std::string& text) {
  try {
    static_cast<void>(parse_suite(text, "t.yaml"));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

/// Draws below a bound, one after the other.
class Draws {
 public:
  explicit Draws(int round) : stream_(20261123, "suite fuzz", "", std::to_string(round), 0) {}
  std::size_t below(std::size_t bound) {
    return static_cast<std::size_t>(stream_.uniform(next_++) * static_cast<double>(bound));
  }

 private:
  RandomStream stream_;
  std::uint64_t next_ = 0;
};

/// One to six small edits: a byte changed, put in or taken out, or a piece of the text repeated.
std::string mutated(std::string text, Draws& draw) {
  const std::string alphabet = "[]{}:,-#&*!|>'\"%@`~?\n\t \\<0123456789.eE+xaz\xC3\xFF";
  for (std::size_t edits = 1 + draw.below(6); edits > 0; --edits) {
    const std::size_t at = draw.below(text.size());
    switch (draw.below(4)) {
      case 0:
        text[at] = alphabet[draw.below(alphabet.size())];
        break;
      case 1:
        text.insert(at, 1, alphabet[draw.below(alphabet.size())]);
        break;
      case 2:
        text.erase(at, 1 + draw.below(8));
        break;
      default:
        text.insert(at, text.substr(draw.below(text.size()), draw.below(40)));
    }
    if (text.empty()) text = "x";
  }
  return text;
}

TEST_SUITE("suites") {
  TEST_CASE("what a suite leaves out has the documented default") {
    const Suite suite = parsed("");
    CHECK(suite.name == "t");
    CHECK(suite.seed == 1);
    CHECK(suite.data.kind == "faces");
    CHECK(suite.data.root.empty());
    CHECK(suite.trials.kind == TrialRequest::Kind::listed);
    CHECK(suite.threshold.from == ThresholdRule::From::data);
    CHECK(suite.threshold.fmr == 1e-2);
    CHECK(suite.repetitions == 1);
    CHECK(suite.metrics == metric_names());
    CHECK(suite.reports == std::vector<std::string>{"markdown", "csv"});
    CHECK(suite.gates.empty());
    CHECK(suite.detector == "dlib_hog");
    CHECK_FALSE(suite.face_choice.has_value());
    CHECK_FALSE(suite.no_face.has_value());
    REQUIRE(suite.conditions.size() == 3);
    CHECK(suite.conditions[0].perturbation() == "identity");
    CHECK(suite.conditions[2].stage == Stage::crop);
  }

  TEST_CASE("each key arrives") {
    const Suite suite = parsed(
        "seed: 18446744073709551615\n"
        "trials: { sample: 5000 }\n"
        "threshold: { fmr: 1.0E-3, from: data }\n"
        "stage: capture\n"
        "repetitions: 3\n"
        "metrics: [verification, drift]\n"
        "report: [csv]\n"
        "acquisition: { detector: dlib_hog, multi_face: nearest, no_face: centre_box }\n"
        "require:\n"
        "  - { metric: fnmr, model: null_model, condition: \"gamma@*\", max: 0.05 }\n"
        "  - { metric: \"fnmr@fmr=1e-3\", min: 0, max: 1 }\n");
    CHECK(suite.seed == 18446744073709551615ULL);
    CHECK(suite.trials.kind == TrialRequest::Kind::sample);
    CHECK(suite.trials.count == 5000);
    CHECK(suite.threshold.fmr == 1e-3);
    CHECK(suite.repetitions == 3);
    CHECK(suite.metrics == std::vector<std::string>{"verification", "drift"});
    CHECK(suite.reports == std::vector<std::string>{"csv"});
    CHECK(suite.face_choice == FaceChoice::nearest_to_hint);
    CHECK(suite.no_face == NoFace::centre_box);
    for (const Condition& condition : suite.conditions) CHECK(condition.stage == Stage::capture);
    REQUIRE(suite.gates.size() == 2);
    CHECK(suite.gates[0].metric == "fnmr");
    CHECK(suite.gates[0].model == "null_model");
    CHECK(suite.gates[0].condition == "gamma@*");
    CHECK_FALSE(suite.gates[0].min.has_value());
    CHECK(suite.gates[0].max == 0.05);
    CHECK(suite.gates[0].place.line == 14);
    CHECK(suite.gates[1].condition == "*");
    CHECK(suite.gates[1].min == 0.0);
  }

  TEST_CASE("relative paths start at the suite file, wherever it is run from") {
    CHECK(parsed("data: { images: ../photos }\n").data.root == "/data/photos");
    CHECK(parsed("data: { manifest: /abs/list.csv }\n").data.root == "/abs/list.csv");
    CHECK(parsed("data: { folders: people }\n").data.root == "/data/suites/people");
    const Suite lfw = parsed("data: { lfw: { root: lfw, pairs: pairs_dev.txt } }\n");
    CHECK(lfw.data.kind == "lfw");
    CHECK(lfw.data.root == "/data/suites/lfw");
    CHECK(lfw.data.pairs == "/data/suites/pairs_dev.txt");
    CHECK(parsed("data: { lfw: { root: lfw } }\n").data.pairs == "/data/suites/lfw/pairs.txt");
    CHECK(parsed("data: { lfw: { root: lfw, manifest: people.csv } }\n").data.manifest ==
          "/data/suites/people.csv");
    using Groups = std::vector<std::vector<std::string>>;
    CHECK(parsed("groups: [gender, [gender, age_band]]\n").groups ==
          Groups{{"gender"}, {"gender", "age_band"}});
    const Suite images = parsed("data: { images: photos }\n");
    CHECK(images.data.written == "images: photos");
    CHECK(images.data.place.line == 5);
    CHECK(images.data.place.column == 17);
  }

  TEST_CASE("a model may be a path to a card") {
    const fs::path card = fs::path(ROBENCH_SOURCE_DIR) / "models" / "cards" / "null_model.yaml";
    const std::string text = "suite: t\nmodels: [../models/cards/null_model.yaml]\nperturb: [gamma]\n";
    const Suite suite = parse_suite(text, fs::path(ROBENCH_SOURCE_DIR) / "suites" / "t.yaml");
    CHECK(suite.models == std::vector<std::string>{card.string()});
    CHECK(suite.text == text);
  }

  TEST_CASE("byte order mark and Windows line ends are accepted") {
    std::string text = "\xEF\xBB\xBF" + kHead;
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
      text.insert(at, "\r");
    CHECK(parse_suite(text, "t.yaml").conditions.size() == 3);
  }

  TEST_CASE("severity 0 is a row of its own with the clean pixels") {
    const Suite suite = parse_suite(
        "suite: t\nmodels: [null_model]\nperturb:\n  - gamma: { severity: 0 }\n  - contrast: { "
        "severity: 0 }\n",
        "t");
    REQUIRE(suite.conditions.size() == 3);
    for (const Condition& condition : suite.conditions) {
      CHECK(condition.is_clean());
      CHECK(condition.pixel_key() == suite.conditions[0].pixel_key());
    }
    CHECK(suite.conditions[1].label() == "gamma@0");
  }

  TEST_CASE("exactly the largest product passes") {
    // 400 azimuths x 250 elevations = 100,000; `more` adds one entry with one condition.
    std::string azimuths, elevations;
    for (int i = 0; i < 400; ++i) azimuths += (i ? ", " : "") + std::to_string(-100 + i * 0.5);
    for (int i = 0; i < 250; ++i) elevations += (i ? ", " : "") + std::to_string(-60 + i * 0.5);
    const std::string text =
        "suite: t\nmodels: [null_model]\nperturb:\n  - side_light: { severity: 3, azimuth_deg: [" +
        azimuths + "], elevation_deg: [" + elevations + "] }\n";
    CHECK(parse_suite(text, "t").conditions.size() == 100'001);
    CHECK(refusal_of(text + "  - gamma: { severity: 3 }\n").find("more than 100000 conditions") !=
          std::string::npos);
  }

  TEST_CASE("what cannot be read as a file is refused in words") {
    const auto message = [](const fs::path& file) -> std::string {
      try {
        static_cast<void>(read_suite(file));
      } catch (const ConfigError& error) {
        return error.what();
      }
      return "accepted";
    };
    const fs::path folder = fs::temp_directory_path() / "robench_suite_reader_test";
    fs::create_directories(folder);
    std::ofstream(folder / "huge.yaml") << kHead << "# " << std::string(1'000'000, 'x') << '\n';
    CHECK(message(folder / "none.yaml") ==
          "error: there is no file '" + (folder / "none.yaml").string() + "'");
    CHECK(message(folder) == "error: '" + folder.string() + "' is a folder, not a file");
    CHECK(message(folder / "huge.yaml") ==
          "error: '" + (folder / "huge.yaml").string() + "' is larger than 1000000 bytes");
    CHECK(message("/dev/zero") == "error: '/dev/zero' is larger than 1000000 bytes");
    fs::remove_all(folder);
  }

  TEST_CASE("thousands of faults are counted, not printed") {
    std::string text = kHead;
    for (int i = 0; i < 5000; ++i) text += "k" + std::to_string(i) + ": " + std::string(50, 'x') + "\n";
    const std::string message = refusal_of(text);
    CHECK(message.find("4900 more errors are not shown") != std::string::npos);
    CHECK(message.size() < 50'000);
    CHECK(refusal_of(kHead + std::string(400'000, 'k') + ": 1\n").size() < 10'000);
  }

  // Whatever the bytes are: a suite or a ConfigError with a place, never a crash or a hang.
  TEST_CASE("random mutations of the shipped suites never crash") {
    const fs::path file = fs::path(ROBENCH_SOURCE_DIR) / "suites" / "fuzz.yaml";
    std::vector<std::string> seeds = {
        kHead + "require:\n  - { metric: fnmr, condition: \"gamma@*\", max: 0.05 }\n"};
    for (const std::string& name : shipped_suite_names())
      seeds.push_back(file_text(shipped_suites_folder() / (name + ".yaml")));
    constexpr int kRounds = 4000;
    int refused = 0;
    for (int round = 0; round < kRounds; ++round) {
      Draws draw(round);
      const std::string text = mutated(seeds[draw.below(seeds.size())], draw);
      CAPTURE(text);
      try {
        const Suite suite = parse_suite(text, file);
        CHECK(suite.conditions.size() >= 2);
      } catch (const ConfigError& error) {
        ++refused;
        for (const Diagnostic& fault : error.diagnostics()) CHECK_FALSE(fault.message.empty());
      }
    }
    MESSAGE(refused << " of " << kRounds << " mutated suites refused");
    CHECK(refused > kRounds / 2);
    CHECK(refused < kRounds);
  }
}

}  // namespace
}  // namespace robench
