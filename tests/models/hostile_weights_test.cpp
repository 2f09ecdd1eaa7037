// SPDX-License-Identifier: Apache-2.0
// Weight files that are not what they should be: one line that says so, and no crash.
#include <cmath>
#include <limits>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/digest.h"
#include "models/embedder.h"
#include "perturb/error.h"
#include "perturb/random_stream.h"
#include "tests/models/onnx_bytes.h"
#include "tests/models/scratch_folder.h"

namespace robench {
namespace {

/// A card for bytes that claim to be an ONNX file of a 16 x 12 picture and 3 numbers.
ModelCard card_of(const test::ScratchFolder& folder, const std::string& bytes) {
  ModelCard card;
  card.name = "hostile";
  card.backend = "onnx";
  card.local_files = {{folder.write("model.onnx", bytes), sha256(bytes)}};
  card.align.width = 16;
  card.align.height = 12;
  card.dim = 3;
  return card;
}

/// What loading and embedding one chip says; "" when it works.
std::string complaint_about_weights(const std::string& bytes) {
  const test::ScratchFolder folder;
  const ModelCard card = card_of(folder, bytes);
  try {
    const auto model = load_embedder(card);
    static_cast<void>(model->embed(std::vector{Image(cv::Mat(12, 16, CV_8UC3, cv::Scalar(1, 2, 3)))}));
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "";
}

std::string graph_model(const std::string& graph) {
  return test::number_field(1, 5) + test::bytes_field(7, graph) +
         test::bytes_field(8, test::bytes_field(1, "") + test::number_field(2, 10));
}

/// One node from the input to an output of the given shape.
std::string one_node(const std::string& type, const std::vector<std::uint64_t>& shape) {
  return graph_model(test::bytes_field(1, test::onnx_node(type, {"input"}, "output")) +
                     test::bytes_field(2, "graph") +
                     test::bytes_field(11, test::onnx_value("input", {1, 3, 12, 16})) +
                     test::bytes_field(12, test::onnx_value("output", shape)));
}

void check_one_line(const std::string& complaint) {
  CAPTURE(complaint);
  CHECK(complaint.starts_with("model 'hostile'"));
  CHECK(complaint.find('\n') == std::string::npos);
}

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("hostile ONNX: each fault has one line") {
    const std::vector<std::pair<std::string, std::string>> all = {
        {"", "cannot read"},
        {"PK\x03\x04 a zip archive", "cannot read"},
        {"<html>404 Not Found</html>", "cannot read"},
        {"version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 1\n", "cannot read"},
        {std::string(1000, '\0'), "cannot read"},
        {std::string(1000, '\xff'), "cannot read"},
        {one_node("NoSuchOperator", {1, 3}), "does not run the operator 'NoSuchOperator'"},
        {one_node("NonMaxSuppression", {1, 3}), "does not run the operator 'NonMaxSuppression'"},
        {one_node("Relu", {1, 3, 12, 16}), "is 1 x 3 x 12 x 16, the card says 1 x 3"},
        {one_node("Flatten", {1, 576}), "is 1 x 576, the card says 1 x 3"},
    };
    for (const auto& [bytes, words] : all) {
      const std::string complaint = complaint_about_weights(bytes);
      check_one_line(complaint);
      CAPTURE(words);
      CHECK(complaint.find(words) != std::string::npos);
    }
  }

  TEST_CASE("ONNX of an operator set that came later: both versions and the way out") {
    std::string newer = one_node("NoSuchOperator", {1, 3});
    newer[1] = 31;      // IR version, the first field
    newer.back() = 99;  // operator set, the last field
    const std::string said = complaint_about_weights(newer);
    check_one_line(said);
    CHECK(said.find("OpenCV " CV_VERSION " cannot read") != std::string::npos);
    CHECK(said.find("(ONNX opset 99, IR version 31)") != std::string::npos);
    CHECK(said.find("`backend: external`") != std::string::npos);
  }

  TEST_CASE("hostile ONNX: cut off anywhere, and with bytes changed") {
    const std::string whole = test::depthwise_model(
        12, 16, 1, std::vector<float>(27, 0.5F), std::vector<float>(3, 0.F), std::vector<float>(3, 1.F));
    for (std::size_t length = 0; length < whole.size(); length += 7) {
      CAPTURE(length);
      check_one_line(complaint_about_weights(whole.substr(0, length)));
    }
    const RandomStream random(1, "hostile", "", "onnx", 0);
    for (std::uint64_t i = 0; i < 200; ++i) {
      std::string changed = test::channel_means_model(12, 16, i % 2 == 0);
      const auto words = random.block(i);
      changed[words[0] % changed.size()] = static_cast<char>(words[1]);
      const std::string complaint = complaint_about_weights(changed);  // may still be a model
      if (!complaint.empty()) check_one_line(complaint);
    }
  }

  TEST_CASE("hostile ONNX: weights that are no numbers give vectors that are none") {
    const test::ScratchFolder folder;
    const float nan = std::numeric_limits<float>::quiet_NaN();
    ModelCard card =
        card_of(folder, test::depthwise_model(12, 16, 1, std::vector<float>(27, nan),
                                              std::vector<float>(3, 0.F), std::vector<float>(3, 1.F)));
    card.dim = 3 * 12 * 16;
    const auto vectors =
        load_embedder(card)->embed(std::vector{Image(cv::Mat(12, 16, CV_8UC3, cv::Scalar(1, 2, 3)))});
    CHECK_FALSE(vectors.allFinite());
  }

  TEST_CASE("a hash that differs by one digit, and a file that is a folder") {
    const test::ScratchFolder folder;
    ModelCard card = card_of(folder, test::channel_means_model(12, 16, false));
    card.local_files[0].sha256[0] = card.local_files[0].sha256[0] == 'a' ? 'b' : 'a';
    CHECK_THROWS_WITH_AS(static_cast<void>(load_embedder(card)),
                         doctest::Contains("is not the file that the card pins"), EnvironmentError);
    card.local_files[0].path = folder.path();
    CHECK_THROWS_AS(static_cast<void>(load_embedder(card)), EnvironmentError);
  }
}

}  // namespace robench
