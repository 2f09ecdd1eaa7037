// SPDX-License-Identifier: Apache-2.0
// A model swap rehearsed with real models on LFW: what is in use is dlib_resnet of the package; may
// other weights, a slip in the card, or too little data pass the gate?
#include <fstream>
#include <iterator>
#include <regex>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/digest.h"
#include "tests/backends/dlib_network.h"
#include "tests/backends/real_faces.h"
#include "tests/models/test_zoo.h"
#include "tests/suites/program.h"
#include "tests/support/text.h"

namespace robench {
namespace {

namespace fs = std::filesystem;
using robench_test::ProgramResult;
using robench_test::Workplace;

std::string shipped_card() {
  std::ifstream in(ROBENCH_SOURCE_DIR "/models/cards/dlib_resnet.yaml");
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The card with one part of it, which must be there, replaced.
std::string card_with(const std::string& pattern, const std::string& with) {
  const std::string card = shipped_card();
  const std::string changed = std::regex_replace(card, std::regex(pattern), with);
  REQUIRE(changed != card);
  return changed;
}

/// A card of dlib's own float weights, written beside it in the form that the backend reads.
void write_float_card(const fs::path& dat, const Workplace& place) {
  const fs::path manifest = place.path() / "float.json";
  const fs::path binary = place.path() / "weights.bin";
  test::DlibNetwork(dat).write_tfjs(manifest, binary);
  const std::string files = fmt::format(
      "weights:\n  files:\n    - path: float.json\n      sha256: {}\n    - path: weights.bin\n"
      "      sha256: {}\ninput:",
      sha256_of_file(manifest), sha256_of_file(binary));
  place.write("float.yaml", card_with(R"(weights:[\s\S]*?input:)", files));
}

/// LFW's pairs, and one hard condition of three families. Vectors are kept: this data may.
void run(const Workplace& place, const fs::path& data, const std::string& card, const std::string& out,
         int pairs) {
  const fs::path root = data / "faces" / "lfw_folds_1_5";
  place.write(
      "swap.yaml",
      fmt::format("suite: swap\nseed: 4\ndata: {{ lfw: {{ root: {0}, pairs: {0}/pairs.txt }} }}\n"
                  "models: [{1}]\nkeep: [vectors]\nthreshold: {{ from: data, fmr: 0.1 }}\nmetrics: "
                  "[drift, verification]\nperturb:\n"
                  "  - gamma: {{ severity: [5] }}\n  - motion_blur: {{ severity: [4] }}\n"
                  "  - jpeg: {{ severity: [5] }}\n",
                  root.string(), card));
  const ProgramResult result =
      place.run({"suite", "swap.yaml", "--out", out, "--limit", std::to_string(pairs)});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
}

ProgramResult gate(const Workplace& place, const std::string& baseline, const std::string& candidate,
                   const std::string& rules) {
  place.write("gate.yaml", rules);
  ProgramResult result = place.run({"gate", "--baseline", baseline, candidate, "--rules", "gate.yaml"});
  MESSAGE(candidate << " in place of " << baseline << ":\n" << result.out << result.err);
  return result;
}

// Five points: what 150 mated pairs can decide where few decisions differ (docs/gate.md).
const std::string kFivePoints =
    "allow:\n  - { metric: fnmr, margin: 0.05 }\n  - { metric: fmr, margin: 0.1 }\n";
const std::string kOnePoint =
    "allow:\n  - { metric: fnmr, margin: 0.01 }\n  - { metric: fmr, margin: 0.01 }\n";

TEST_SUITE("backends") {
  TEST_CASE("zoo: a model swap rehearsed: itself, float for 8-bit weights, wrong colours, 30 pairs") {
    constexpr const char* kWhat = "a model swap rehearsed on LFW";
    const auto data = test::test_data(kWhat);
    if (!data || !test::zoo_is_asked_for({"dlib_resnet"}, kWhat)) return;
    const Workplace place;
    place.use_zoo();
    write_float_card(*data / "models" / "dlib_face_recognition_resnet_model_v1.dat", place);
    place.write("colours.yaml", card_with("channels: rgb", "channels: bgr"));
    run(place, *data, "float.yaml", "float", 300);
    run(place, *data, "dlib_resnet", "eight_bit", 300);
    run(place, *data, "colours.yaml", "colours", 300);

    // Itself: the same, number for number, at any limit.
    const auto itself =
        gate(place, "eight_bit", "eight_bit", kOnePoint + "vectors: { max_cosine_distance: 0 }\n");
    CHECK(itself.exit_code == 0);
    CHECK(contains(itself.out, "stay valid"));

    // 8-bit for float weights: as good within the margin, but the templates moved.
    const auto as_good = gate(place, "float", "eight_bit", kFivePoints);
    CHECK(as_good.exit_code == 0);
    CHECK(contains(as_good.out, "PASS: "));
    CHECK(contains(as_good.out, "Stored templates must be enrolled again"));
    const auto moved = gate(place, "float", "eight_bit", "vectors: { max_cosine_distance: 1e-6 }\n");
    CHECK(moved.exit_code == 1);
    CHECK(contains(moved.out, "moved further than the limit"));

    // A card with the colours in the wrong order: the reason names the families that suffer most.
    const auto wrong = gate(place, "eight_bit", "colours", kOnePoint);
    CHECK(wrong.exit_code == 1);
    CHECK(contains(wrong.out, "FAIL: "));
    CHECK(contains(wrong.out, "Worst families: "));
    const auto pinned = gate(place, "eight_bit", "colours", "vectors: { max_cosine_distance: 1e-4 }\n");
    CHECK(pinned.exit_code == 1);
    CHECK(contains(pinned.out, "vectors of dlib_resnet: largest 1 - cosine"));

    // 30 mated pairs: undecided, and how many people it takes; the same numbers pass however few.
    run(place, *data, "float.yaml", "few_float", 60);
    run(place, *data, "dlib_resnet", "few_eight_bit", 60);
    const auto few = gate(place, "few_float", "few_eight_bit", kOnePoint);
    CHECK(few.exit_code == 1);
    CHECK(contains(few.out, "UNDECIDED: "));
    CHECK(contains(few.out, "needs about"));
    CHECK(gate(place, "few_float", "few_float", kOnePoint).exit_code == 0);
  }
}

}  // namespace
}  // namespace robench
