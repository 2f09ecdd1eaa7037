// SPDX-License-Identifier: Apache-2.0
// A runtime pinned without any face: generated probes, the vectors that a run keeps of them, the gate on
// these vectors, and the baseline that lies in git.
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/digest.h"
#include "models/face.h"
#include "models/store.h"
#include "perturb/error.h"
#include "suites/photograph.h"
#include "suites/probe_picture.h"
#include "suites/suite.h"
#include "tests/suites/program.h"
#include "tests/support/text.h"

namespace robench {
namespace {

using robench_test::ProgramResult;
using robench_test::Workplace;

const char* const kSuite =
    "suite: pin\nseed: 5\nmodels: [{}]\ndata: {}\n{}perturb:\n"
    "  - gamma: {{ severity: [3] }}\n  - gaussian_noise: {{ severity: [2] }}\n";

ProgramResult run_suite_of(const Workplace& place, const std::string& out,
                           const std::string& data = "{ probes: 12 }",
                           const std::string& model = "null_model", const std::string& extra = "",
                           const std::vector<std::string>& options = {}) {
  place.write("pin.yaml", fmt::format(fmt::runtime(kSuite), model, data, extra));
  std::vector<std::string> arguments = {"suite", "pin.yaml", "--out", out};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return place.run(arguments);
}

/// A null model whose chips are cut out elsewhere, under the same name: what a slip in a runtime's
/// preprocessing does.
void write_wrong_card(const Workplace& place) {
  std::string card = place.read(ROBENCH_SOURCE_DIR "/models/cards/null_model.yaml");
  card.replace(card.find("40.9924"), 7, "46.9924");
  place.write("wrong.yaml", card);
}

const std::string kRules = "vectors: { max_cosine_distance: 1e-4 }\n";

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("probes: the same bytes everywhere, each another picture, with usable landmarks") {
    std::set<std::string> hashes;
    for (std::uint32_t number = 0; number < 20; ++number) {
      const Sample sample = probe_sample(number);
      hashes.insert(photograph_sha256(sample));
      const ProbePicture probe = probe_picture(number);
      CHECK(std::get<Image>(photograph_of(sample)) == probe.image);
      const double eyes = probe.landmarks.inter_eye_px();
      CHECK(eyes == doctest::Approx(58).epsilon(0.08));
      for (const cv::Point2f& point : probe.landmarks.points) {
        CHECK((point.x >= 0 && point.x < kProbeSidePx));
        CHECK((point.y >= 0 && point.y < kProbeSidePx));
      }
      CHECK(crop_face(probe.image, probe.landmarks).has_value());
    }
    CHECK(hashes.size() == 20);
    // Recorded on x86-64. Other bytes are other probes: raise kProbeVersion.
    CHECK(photograph_sha256(probe_sample(0)) ==
          "7dfa8d9ed2925615c4ede1c7ffdc13ecc0c185400f9fea269ab765c4bbff29e3");
    CHECK(photograph_sha256(probe_sample(7)) ==
          "01405fd0b2ee68e7b4905127fadf365f6e78ea10d6a5ba6b3e5ca1bce954aefb");
  }

  TEST_CASE("probes: a run needs no photograph and no detector, and keeps its vectors") {
    const Workplace place;
    const ProgramResult result = run_suite_of(place, "run");
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    const auto vectors = parse_npy(place.read("run/vectors-null_model.npy"));
    REQUIRE(vectors.has_value());
    CHECK(vectors->rows() == 12);
    CHECK(vectors->cols() == 64);
    // Unlike pictures have unlike vectors.
    for (Eigen::Index i = 1; i < vectors->rows(); ++i) {
      const Eigen::VectorXd a = vectors->row(0).cast<double>(), b = vectors->row(i).cast<double>();
      CHECK(a.dot(b) / a.norm() / b.norm() < 0.99);
    }
    const auto run = nlohmann::json::parse(place.read("run/run.json"));
    CHECK(run["provenance"]["detector"] == "none: probes bring their landmarks");
    CHECK(run["outcomes"].contains("vectors-null_model.npy"));
    CHECK(contains(place.read("run/report.html"), "src=\"data:image/jpeg;base64,"));
    CHECK(std::filesystem::file_size(place.path() / "run/report.html") < 3'000'000);
  }

  TEST_CASE("probes: on the command line, sampled, and what does not go together") {
    CHECK(parse_data_option("probes:64").count == 64);
    for (const char* wrong : {"probes", "probes:", "probes:0", "probes:10001", "probes:-1", "probes:6x"})
      CHECK_THROWS_AS((void)parse_data_option(wrong), ConfigError);
    const Workplace place;
    const ProgramResult capture =
        run_suite_of(place, "run", "{ probes: 3 }", "null_model", "stage: capture\n");
    CHECK(capture.exit_code == 2);
    CHECK(contains(capture.err, "no detector finds a face in generated probes"));
    const ProgramResult none = run_suite_of(place, "run", "{ probes: 0 }");
    CHECK(none.exit_code == 2);
    CHECK(contains(none.err, "pin.yaml:4:17"));
    const ProgramResult few =
        run_suite_of(place, "few", "{ probes: 12 }", "null_model", "", {"--limit", "5"});
    INFO(few.err);
    CHECK(parse_npy(place.read("few/vectors-null_model.npy"))->rows() == 5);
  }

  TEST_CASE("vectors of people are kept where the suite asks for them, and never in private runs") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 3, 2);
    const std::string data = "{ folders: faces }";
    const auto file = place.path() / "run/vectors-null_model.npy";
    REQUIRE(run_suite_of(place, "run", data).exit_code == 0);
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK_FALSE(contains(place.read("run/report.html"), "<img"));
    REQUIRE(run_suite_of(place, "run", data, "null_model", "keep: [vectors, pictures]\n").exit_code ==
            0);
    CHECK(parse_npy(place.read("run/vectors-null_model.npy"))->rows() == 6);
    CHECK(contains(place.read("run/report.html"), "<img"));
    // The same folder again: what an earlier run kept is gone.
    REQUIRE(run_suite_of(place, "run", data, "null_model", "keep: [vectors, pictures]\n", {"--private"})
                .exit_code == 0);
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK_FALSE(contains(place.read("run/report.html"), "<img"));
    CHECK(contains(place.read("run/run.json"), "vectors are not kept: the run is private"));
    CHECK(place.run({"gate", "--baseline", "run", "run"}).exit_code == 0);
    const ProgramResult wrong = run_suite_of(place, "run", data, "null_model", "keep: [vector]\n");
    CHECK(contains(wrong.err, "did you mean 'vectors'?"));
  }

  TEST_CASE("gate on vectors: the same run passes, a moved template fails and is named") {
    const Workplace place;
    place.write("gate.yaml", kRules);
    write_wrong_card(place);
    REQUIRE(run_suite_of(place, "base").exit_code == 0);
    REQUIRE(run_suite_of(place, "moved", "{ probes: 12 }", "wrong.yaml").exit_code == 0);
    const ProgramResult same = place.run({"gate", "--baseline", "base", "base", "--rules", "gate.yaml"});
    INFO(same.out << same.err);
    CHECK(same.exit_code == 0);
    CHECK(contains(same.out, "Stored templates of null_model stay valid"));

    const ProgramResult moved =
        place.run({"gate", "--baseline", "base", "moved", "--rules", "gate.yaml"});
    INFO(moved.out << moved.err);
    CHECK(moved.exit_code == 1);
    CHECK(contains(moved.out, "vectors of null_model: largest 1 - cosine"));
    CHECK(contains(moved.out, "(probe_00"));
    CHECK(contains(moved.out, "limit 0.0001, n 12 samples; 12 moved further than the limit"));
    place.write("wide.yaml", "vectors: { max_cosine_distance: 2 }\n");
    const ProgramResult wide =
        place.run({"gate", "--baseline", "base", "moved", "--rules", "wide.yaml"});
    CHECK(wide.exit_code == 0);
  }

  TEST_CASE("gate on vectors: runs without vectors, torn files, other samples, malformed rules") {
    const Workplace place;
    place.write("gate.yaml", kRules);
    robench_test::write_generated_faces(place.path() / "faces", 3, 2);
    REQUIRE(run_suite_of(place, "faces_run", "{ folders: faces }").exit_code == 0);
    const ProgramResult none =
        place.run({"gate", "--baseline", "faces_run", "faces_run", "--rules", "gate.yaml"});
    CHECK(none.exit_code == 2);
    CHECK(contains(none.err, "gate.yaml:1:10"));
    CHECK(contains(none.err, "faces_run kept no vectors of null_model"));

    REQUIRE(run_suite_of(place, "base").exit_code == 0);
    REQUIRE(run_suite_of(place, "more", "{ probes: 13 }").exit_code == 0);
    const ProgramResult other =
        place.run({"gate", "--baseline", "base", "more", "--rules", "gate.yaml"});
    CHECK(other.exit_code == 2);
    CHECK(contains(other.err, "data: "));
    place.write("base/vectors-null_model.npy", place.read("more/vectors-null_model.npy"));
    const ProgramResult torn = place.run({"gate", "--baseline", "base", "base", "--rules", "gate.yaml"});
    CHECK(torn.exit_code == 2);
    CHECK(contains(torn.err, "not the sidecar of this run"));
    std::filesystem::remove(place.path() / "base/vectors-null_model.npy");
    CHECK(contains(place.run({"gate", "--baseline", "base", "base"}).err, "sidecar is missing"));

    place.write("gate.yaml", "vectors: { max_cosine_distance: -1 }\n");
    CHECK(contains(place.run({"gate", "--baseline", "more", "more", "--rules", "gate.yaml"}).err,
                   "gate.yaml:1:33"));
    place.write("gate.yaml", "vectors: { tolerance: 1 }\n");
    CHECK(place.run({"gate", "--baseline", "more", "more", "--rules", "gate.yaml"}).exit_code == 2);
  }

  TEST_CASE("gate --update: a baseline for git, with a summary that diffs by line") {
    const Workplace place;
    place.write("gate.yaml", kRules +
                                 "allow:\n  - { metric: drift_angle_deg, margin: 1 }\n"
                                 "  - { metric: not_acquired_rate, margin: 0 }\n");
    write_wrong_card(place);
    REQUIRE(run_suite_of(place, "one").exit_code == 0);
    REQUIRE(run_suite_of(place, "two", "{ probes: 12 }", "wrong.yaml").exit_code == 0);
    const std::vector<std::string> rules = {"--rules", "gate.yaml"};
    const auto update = [&](const std::string& from) {
      return place.run({"gate", "--baseline", "baseline", from, "--rules", "gate.yaml", "--update"});
    };
    const ProgramResult first = update("one");
    INFO(first.out << first.err);
    REQUIRE(first.exit_code == 0);
    CHECK(contains(first.out, "no baseline so far"));
    CHECK(place.read("baseline/run.json") == place.read("one/run.json"));
    const std::string before = place.read("baseline/baseline.txt");
    CHECK(contains(before, "\nvalue      null_model crop gamma@3 drift_angle_deg  "));
    CHECK(contains(before, "\nvalue      null_model crop clean not_acquired_rate  0.00 %  n 12\n"));
    CHECK(contains(before, "\nvectors    null_model 12 x 64, "));
    CHECK(place.run({"gate", "--baseline", "baseline", "one", "--rules", "gate.yaml"}).exit_code == 0);

    // The same again changes nothing; another model shows in its own lines.
    REQUIRE(update("one").exit_code == 0);
    CHECK(place.read("baseline/baseline.txt") == before);
    const ProgramResult second = update("two");
    CHECK(second.exit_code == 0);
    CHECK(contains(second.out, "FAIL: "));  // the verdict is shown, the decision is the reviewer's
    CHECK(contains(second.out, "git diff baseline/baseline.txt"));
    const std::string after = place.read("baseline/baseline.txt");
    CHECK(after != before);
    CHECK(std::count(after.begin(), after.end(), '\n') ==
          std::count(before.begin(), before.end(), '\n'));
    CHECK(place.run({"gate", "--baseline", "baseline", "two", "--rules", "gate.yaml"}).exit_code == 0);

    // Other data: no verdict, and the update goes on; the baseline's own folder is no candidate.
    REQUIRE(run_suite_of(place, "three", "{ probes: 9 }").exit_code == 0);
    const ProgramResult third = update("three");
    CHECK(third.exit_code == 0);
    CHECK(contains(third.out, "No verdict on the old baseline"));
    CHECK(update("baseline").exit_code == 2);
    CHECK(update("nowhere").exit_code == 2);
  }

  TEST_CASE("gate --allow-seed-change: other seeds are refused, or said") {
    const Workplace place;
    REQUIRE(run_suite_of(place, "one").exit_code == 0);
    std::string text = place.read("pin.yaml");
    text.replace(text.find("seed: 5"), 7, "seed: 6");
    place.write("pin.yaml", text);
    REQUIRE(place.run({"suite", "pin.yaml", "--out", "two"}).exit_code == 0);
    const ProgramResult refused = place.run({"gate", "--baseline", "one", "two"});
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.err, "seed: 5 in A, 6 in B"));
    place.write("gate.yaml", "allow:\n  - { metric: not_acquired_rate, margin: 0 }\n");
    const ProgramResult allowed =
        place.run({"gate", "--baseline", "one", "two", "--rules", "gate.yaml", "--allow-seed-change"});
    INFO(allowed.out << allowed.err);
    CHECK(allowed.exit_code == 0);
    CHECK(contains(allowed.out, "Seeds differ (5 and 6)"));
    // The seed alone is forgiven: other data are refused as before.
    REQUIRE(run_suite_of(place, "three", "{ probes: 9 }").exit_code == 0);
    CHECK(place.run({"gate", "--baseline", "two", "three", "--allow-seed-change"}).exit_code == 2);
  }

  TEST_CASE("compare --as json: every row, parsed back") {
    const Workplace place;
    write_wrong_card(place);
    REQUIRE(run_suite_of(place, "one").exit_code == 0);
    REQUIRE(run_suite_of(place, "two", "{ probes: 12 }", "wrong.yaml").exit_code == 0);
    const ProgramResult result = place.run({"compare", "one", "two", "one", "--as", "json"});
    REQUIRE(result.exit_code == 0);
    const auto document = nlohmann::json::parse(result.out);
    CHECK(document["format"] == "robench-comparison");
    REQUIRE(document["comparisons"].size() == 2);
    CHECK(document["comparisons"][0]["run_b"] == "two");
    const auto& rows = document["comparisons"][1]["pairs"][0]["rows"];
    REQUIRE_FALSE(rows.empty());
    for (const auto& row : rows) CHECK((row["verdict"] == "identical" || row["verdict"] == "no value"));
    CHECK(place.run({"compare", "one", "two", "--as", "xml"}).exit_code == 2);
  }
}

}  // namespace robench
