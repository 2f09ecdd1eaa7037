// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/brought_weights.h"
#include "models/digest.h"
#include "models/model_card.h"
#include "models/resources.h"
#include "models/zoo.h"
#include "perturb/error.h"
#include "tests/models/scratch_folder.h"

namespace robench {
namespace {

const std::string kHash(64, 'a');

/// A right card; each test breaks one thing in it.
const std::string kCard = R"(model: mine
summary: a model of my own
backend: onnx
weights:
  files:
    - { path: mine.onnx, sha256: HASH }
input:
  template: five
  size: [112, 112]
  points: [[38.3, 51.7], [73.5, 51.5], [56.0, 71.7], [41.5, 92.4], [70.7, 92.2]]
  channels: rgb
  mean: [123.675, 116.28, 103.53]
  scale: [0.017125, 0.017507, 0.017429]
output: { dim: 128 }
comparison: { measure: cosine, threshold: 0.4, threshold_source: its paper }
published: { lfw: 0.9948, source: its page }
licence: Apache-2.0
source: https://example.org/mine
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string right_card() { return replaced(kCard, "HASH", kHash); }

ModelCard read_text(const std::string& text) {
  const test::ScratchFolder folder;
  return read_model_card(folder.write("mine.yaml", text));
}

/// All complaints about a card, as `line: message; hint`.
std::string complaints(const std::string& text) {
  try {
    static_cast<void>(read_text(text));
  } catch (const ConfigError& error) {
    std::string all;
    for (const Diagnostic& d : error.diagnostics())
      all += fmt::format("{}: {}; {}\n", d.place.line, d.message, d.hint);
    return all;
  }
  return "";
}

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("a card of the user's own, every field") {
    const test::ScratchFolder folder;
    const ModelCard card = read_model_card(folder.write("mine.yaml", right_card()));
    CHECK(card.name == "mine");
    CHECK(card.backend == "onnx");
    CHECK(card.files.empty());
    REQUIRE(card.local_files.size() == 1);
    CHECK(card.local_files[0].path == folder.path() / "mine.onnx");
    CHECK(card.local_files[0].sha256 == kHash);
    CHECK(card.align.points == "five");
    CHECK(card.align.width == 112);
    CHECK(card.align.five[3] == cv::Point2d(41.5, 92.4));
    CHECK(card.channels == ChannelOrder::rgb);
    CHECK(card.mean[1] == 116.28);
    CHECK(card.scale[2] == 0.017429);
    CHECK(card.dim == 128);
    CHECK(card.batch == 32);
    CHECK(card.comparison == Comparison::cosine);
    CHECK(card.threshold == 0.4);
    CHECK(card.published_lfw == 0.9948);
    CHECK(card.text_sha256 == sha256(right_card()));
  }

  TEST_CASE("each fault of a card is told where it stands") {
    struct Fault {
      const char* from;
      const char* to;
      const char* complaint;
    };
    const std::vector<Fault> faults{
        {"model: mine", "model: my model", "1: 'my model' cannot be a model's name"},
        {"summary: a model of my own\n", "", "1: missing key 'summary'"},
        {"backend: onnx", "backend: onx",
         "3: expected one of dlib_resnet, external, null_model, onnx, tfjs, torchscript, found "
         "the text 'onx'; did you mean 'onnx'?"},
        {"weights:\n  files:\n    - {", "weights:\n  version: 1.0.0\n  files:\n    - {",
         "5: 'version' belongs to a package"},
        {"sha256: ", "sha256: a", "6: 'aaaaaaaa"},
        {"{ path: mine.onnx, ", "{ ", "6: missing key 'path'"},
        {"path: mine.onnx", "file: mine.onnx", "6: unknown key 'file' in a file of 'weights'"},
        {"template: five", "template: six", "8: expected one of five, dlib_chip, found the text 'six'"},
        {"size: [112, 112]", "size: 112", "9: expected 2 numbers, found the number 112"},
        {"size: [112, 112]", "size: [112, 112.5]", "9: 'size' must be [width, height] of 8 to"},
        {", [70.7, 92.2]]", "]", "10: expected 5 points [x, y], found 4 points"},
        {"[56.0, 71.7]", "[56.0]", "10: expected 2 numbers, found 1 values"},
        {"[56.0, 71.7]", "[56.0, high]", "10: expected a number, found the text 'high'"},
        {"[38.3, 51.7], [73.5, 51.5]", "[73.5, 51.5], [38.3, 51.7]",
         "10: the first point must be the eye on the left"},
        {"[38.3, 51.7], [73.5, 51.5]", "[46.0, 51.7], [66.0, 51.5]",
         "10: the template shows more than the face crop holds"},
        {"  channels: rgb", "  padding: 0.25\n  channels: rgb",
         "11: 'padding' belongs to the template 'dlib_chip'"},
        {"channels: rgb", "channels: grb", "11: expected one of bgr, rgb"},
        {"mean: [123.675, 116.28, 103.53]", "mean: [123.675, 116.28]",
         "12: expected 3 numbers, found 2"},
        {"scale: [0.017125, 0.017507, 0.017429]", "scale: 1/128",
         "13: expected a number, found the text '1/128'"},
        {"scale: [0.017125, 0.017507, 0.017429]", "scale: 0", "13: 'scale' must not be 0"},
        {"output: { dim: 128 }", "output: { dim: 0 }", "14: 'dim' must be 1 to"},
        {"output: { dim: 128 }", "output: 128", "14: 'output': expected a map, found the number 128"},
        {"dim: 128", "dim: 128, flip: add", "14: expected one of none, sum, sum_normalised"},
        {"dim: 128", "dim: 128, jitter: 1001", "14: 'jitter' must be 0 to 1000"},
        {"dim: 128", "dim: 128, flip: sum, jitter: 10", "14: 'flip' and 'jitter' exclude each other"},
        {"dim: 128", "dim: 128, normalise: yes", "14: expected one of none, l2"},
        {"dim: 128", "dim: 128, batch_invariant: maybe", "14: expected true or false"},
        {"dim: 128", "dim: 128, normalize: l2", "14: unknown key 'normalize' in 'output'; did you mean"},
        {"measure: cosine", "measure: angle", "15: expected one of cosine, euclidean"},
        {"threshold: 0.4", "threshold: 40", "15: a cosine threshold must be -1 to 1"},
        {"measure: cosine", "measure: euclidean",
         "15: a Euclidean threshold must not be positive; scores are"},
        {", threshold_source: its paper", "", "15: missing key 'threshold_source'"},
        {"lfw: 0.9948", "lfw: 99.48", "16: 'lfw' must be 0 to 1, found 99.48"},
        {"licence: Apache-2.0", "license: Apache-2.0",
         "17: unknown key 'license' in a model card; did you mean "
         "'licence'?"},
        {"source: https", "model: two\nsource: https",
         "18: 'model' is given twice; first given in line 1"},
        {"source: https", "batch: 0\nsource: https", "18: 'batch' must be 1 to 1024, found 0"},
    };
    for (const Fault& fault : faults) {
      CAPTURE(fault.to);
      const std::string found = complaints(replaced(right_card(), fault.from, fault.to));
      CAPTURE(found);
      CHECK(found.find(fault.complaint) != std::string::npos);
    }
  }

  TEST_CASE("what a card says of the output") {
    const ModelCard plain = read_text(right_card());
    CHECK(plain.flip == Flip::none);
    CHECK(plain.jitter == 0);
    CHECK(plain.normalise == Normalise::none);
    CHECK(plain.batch_invariant);
    const ModelCard all = read_text(replaced(
        right_card(), "dim: 128", "dim: 128, flip: sum, normalise: l2, batch_invariant: false"));
    CHECK(all.flip == Flip::sum);
    CHECK(all.normalise == Normalise::l2);
    CHECK_FALSE(all.batch_invariant);
    CHECK(read_text(replaced(right_card(), "dim: 128", "dim: 128, flip: sum_normalised")).flip ==
          Flip::sum_normalised);
    CHECK(read_text(replaced(right_card(), "dim: 128", "dim: 128, jitter: 10")).jitter == 10);
    // A change of any of them is a change of the text, which is part of every key in the store.
    CHECK(plain.text_sha256 != all.text_sha256);
  }

  TEST_CASE("package entries are pinned by exact version and hash") {
    const std::string package = "weights:\n  package: \"@a/b\"\n  version: 1.2.3\n  integrity: sha512-" +
                                std::string(86, 'A') + "==\n  licence: MIT\n  files:";
    const std::string text = replaced(right_card(), "weights:\n  files:", package);
    const ModelCard card = read_text(text);
    REQUIRE(card.files.size() == 1);
    CHECK(card.local_files.empty());
    CHECK(card.files[0].package == "@a/b");
    CHECK(card.files[0].path == "mine.onnx");
    CHECK(complaints(replaced(text, "licence: MIT\n  files", "licence: MIT\n  download: x\n  files"))
              .find("'download' is of files that a user brings") != std::string::npos);
    CHECK(complaints(replaced(text, "1.2.3", "^1.2.3")).find("6: '^1.2.3' is no valid version") == 0);
    CHECK(complaints(replaced(text, "@a/b", "--help")).find("5: '--help' is no valid package") == 0);
    CHECK(complaints(replaced(text, "sha512-", "sha1-")).find("7: ") == 0);
    CHECK(complaints(replaced(text, "path: mine.onnx", "path: ../mine.onnx"))
              .find("leads out of the package") != std::string::npos);
  }

  TEST_CASE("all faults of a card come at once, in the order of the text") {
    const std::string found =
        complaints(replaced(replaced(right_card(), "dim: 128", "dim: -1"), "five", "six"));
    CHECK(found.find("8: expected one of five") == 0);
    CHECK(found.find("\n14: 'dim' must be") != std::string::npos);
  }

  TEST_CASE("what is no card is refused without a crash") {
    for (const std::string text :
         {"", "[]", "text", "model: [", "a: *b", "- &x 1", "{", "model:\n\tx: 1"}) {
      CAPTURE(text);
      CHECK_FALSE(complaints(text).empty());
    }
    CHECK_THROWS_AS(static_cast<void>(read_model_card("/no/such/card.yaml")), ConfigError);
  }

  TEST_CASE("every shipped card is right and named as its file") {
    const std::vector<std::string> names = shipped_card_names();
    CHECK(names == std::vector<std::string>{"dlib_resnet", "faceplugin", "null_model"});
    for (const std::string& name : names) {
      CAPTURE(name);
      CHECK(find_model_card(name).name == name);
      CHECK(find_model_card((cards_folder() / (name + ".yaml")).string()).name == name);
    }
  }

  TEST_CASE("every card of weights to bring is right, named as its file, and says how") {
    const std::vector<std::string> names = user_card_names();
    CHECK(names == std::vector<std::string>{"adaface_ir101_webface12m", "arcface_w600k_r50",
                                            "edgeface_s_gamma_05", "facenet_vggface2",
                                            "magface_iresnet100", "mobilefacenet_foamliu",
                                            "mobilefacenet_w600k", "omz_face_reid_0095", "sface"});
    const test::ScratchFolder folder;
    const test::ScopedVariable cache("ROBENCH_CACHE", folder.path().string());
    for (const std::string& name : names) {
      CAPTURE(name);
      const ModelCard card = find_model_card(name);
      CHECK(card.name == name);
      CHECK(card.download.starts_with("https://"));
      CHECK(card.files.empty());
      CHECK_FALSE(std::filesystem::exists(weight_paths(card).at(0)));
    }
  }

  TEST_CASE("a card on demand is found by its name, and is none of those that are fetched unasked") {
    CHECK(on_demand_card_names() == std::vector<std::string>{"faceres", "mobileface"});
    CHECK(find_model_card("faceres").backend == "tfjs");
    CHECK(find_model_card("mobileface").files.size() == 2);
  }

  TEST_CASE("weights to bring that no hash could be verified of are taken as they are") {
    const test::ScratchFolder folder;
    const test::ScopedVariable cache("ROBENCH_CACHE", (folder.path() / "cache").string());
    const ModelCard card = find_model_card("sface");
    const auto place = bring_weights(card, folder.write("given.onnx", "weights"));
    CHECK(place == weight_paths(card).at(0));
    CHECK(sha256_of_file(place) == sha256("weights"));
    CHECK(complaints(replaced(kCard, "HASH", "unverified")).find("'unverified' is no SHA-256") !=
          std::string::npos);
  }

  TEST_CASE("weights to bring: beside the card, or put into the zoo by their hash") {
    const test::ScratchFolder folder;
    const test::ScopedVariable cache("ROBENCH_CACHE", (folder.path() / "cache").string());
    const std::string text =
        replaced(replaced(kCard, "HASH", sha256("weights")),
                 "weights:\n  files:", "weights:\n  download: https://example.org/mine.onnx\n  files:");
    const ModelCard card = read_model_card(folder.write("mine.yaml", text));
    CHECK_FALSE(std::filesystem::exists(weight_paths(card).at(0)));
    CHECK(
        how_to_bring(card) ==
        "download it from https://example.org/mine.onnx and `robench models fetch mine --weights FILE`");

    CHECK_THROWS_WITH_AS(bring_weights(card, folder.write("other.onnx", "others")),
                         doctest::Contains("is not the file that the card of 'mine' pins"),
                         EnvironmentError);
    CHECK_THROWS_AS(bring_weights(card, folder.path() / "none.onnx"), EnvironmentError);
    CHECK_THROWS_AS(bring_weights(read_text(right_card()), folder.path() / "other.onnx"), ConfigError);

    const auto place = bring_weights(card, folder.write("downloaded.bin", "weights"));
    CHECK(weight_paths(card).at(0) == place);
    CHECK(sha256_of_file(place) == card.local_files[0].sha256);
    const auto beside = folder.write("mine.onnx", "weights");
    CHECK(weight_paths(card).at(0) == beside);
  }

  TEST_CASE("an unknown model comes with a suggestion") {
    try {
      static_cast<void>(find_model_card("dlib_resnt"));
      FAIL("found");
    } catch (const ConfigError& error) {
      CHECK(error.diagnostics().at(0).message == "unknown model 'dlib_resnt'");
      CHECK(error.diagnostics().at(0).hint == "did you mean 'dlib_resnet'?");
    }
  }
}

}  // namespace robench
