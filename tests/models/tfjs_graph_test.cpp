// SPDX-License-Identifier: Apache-2.0
// Graph models of TensorFlow.js: what is read, what each storage means, and how a broken file is
// refused.
#include "models/tfjs_graph.h"

#include <doctest/doctest.h>

#include "models/embedder.h"
#include "models/tfjs_evaluator.h"
#include "perturb/error.h"
#include "tests/models/tfjs_writer.h"

namespace robench {
namespace {

using test::TfjsWriter;

std::string bytes_from(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += static_cast<char>(value);
  return bytes;
}

/// A picture's channel means, times `gain`: an input and an output for a constant.
TfjsWriter scaled_means() {
  return TfjsWriter(2, 2).integers("axes", {2}, {1, 2}).node("Mean", "means", {"input", "axes"});
}

/// What reading says; "" when it works.
std::string complaint(const std::string& json, const std::string& bytes,
                      const std::string& output = "") {
  const test::ScratchFolder folder;
  const std::vector<std::filesystem::path> files{folder.write("model.json", json),
                                                 folder.write("model.bin", bytes)};
  try {
    static_cast<void>(part_for(read_tfjs_graph(files), output));
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "";
}

EmbeddingMatrix evaluated(const TfjsWriter& writer, const std::vector<float>& picture, int side) {
  const test::ScratchFolder folder;
  return evaluate_tfjs(part_for(read_tfjs_graph(writer.write(folder)), ""), picture, 1, side, side);
}

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("tfjs: float32, float16, uint8 and uint16 weights are the numbers that were stored") {
    TfjsWriter writer = scaled_means();
    writer.stored("half", {3}, bytes_from({0x00, 0x3C, 0x00, 0xC0, 0x55, 0x35}),
                  {{"quantization", {{"dtype", "float16"}, {"original_dtype", "float32"}}}});
    writer.stored("eight", {3}, bytes_from({0, 1, 255}),
                  {{"quantization", {{"dtype", "uint8"}, {"scale", 0.5}, {"min", -2.0}}}});
    writer.stored("sixteen", {2}, bytes_from({1, 0, 0, 1}),
                  {{"quantization", {{"dtype", "uint16"}, {"scale", 0.25}, {"min", 1.0}}}});
    writer.constant("one", {}, {7.5F});
    const test::ScratchFolder folder;
    const TfjsGraph graph = read_tfjs_graph(writer.write(folder));
    CHECK(graph.constants.at("half").values == std::vector<float>{1, -2, 0.333251953125F});
    CHECK(graph.constants.at("eight").values == std::vector<float>{-2, -1.5F, 125.5F});
    CHECK(graph.constants.at("sixteen").values == std::vector<float>{1.25F, 65});
    CHECK(graph.constants.at("one").shape.empty());
    CHECK(graph.constants.at("axes").values == std::vector<float>{1, 2});
    CHECK(graph.input == "input");
    CHECK(graph.height == 2);
  }

  TEST_CASE("tfjs: SAME padding puts the odd zero at the end, by hand") {
    // 3 x 3 ones over a 4 x 4 picture of ones in its first channel, stride 2: 9, 6, 6 and 4 taps see it.
    TfjsWriter writer(4, 4);
    std::vector<float> filter(3 * 3 * 3, 0.F);
    for (std::size_t tap = 0; tap < 9; ++tap) filter[3 * tap] = 1;
    writer.constant("filter", {3, 3, 3, 1}, filter)
        .node("Conv2D", "sums", {"input", "filter"},
              {{"strides", TfjsWriter::list({1, 2, 2, 1})}, {"padding", TfjsWriter::same()}});
    std::vector<float> picture(3 * 16, 5.F);
    std::fill_n(picture.begin(), 16, 1.F);
    const EmbeddingMatrix sums = evaluated(writer, picture, 4);
    CHECK(sums == (EmbeddingMatrix(1, 4) << 9, 6, 6, 4).finished());
  }

  TEST_CASE("tfjs: an output by name, and what to do when there are several") {
    TfjsWriter writer = scaled_means();
    writer.constant("gain", {1}, {2})
        .node("Mul", "twice", {"means", "gain"})
        .node("Abs", "size", {"means"});
    CHECK(complaint(writer.json(), writer.bytes()).find("has 2 outputs: twice, size") !=
          std::string::npos);
    CHECK(complaint(writer.json(), writer.bytes(), "twice").empty());
    CHECK(complaint(writer.json(), writer.bytes(), "means").empty());
    CHECK(complaint(writer.json(), writer.bytes(), "mean").find("has no node 'mean'") !=
          std::string::npos);
    const test::ScratchFolder folder;
    const TfjsGraph part = part_for(read_tfjs_graph(writer.write(folder)), "twice");
    CHECK(part.nodes.size() == 3);  // the input, its means, twice them
  }

  TEST_CASE("tfjs: the nodes may stand in any order") {
    TfjsWriter writer(2, 2);
    writer.node("Abs", "last", {"means"}).node("Mean", "means", {"input:0", "axes", "^input"});
    writer.integers("axes", {2}, {1, 2});
    const EmbeddingMatrix means = evaluated(writer, {-1, -1, -3, -3, 4, 4, 4, 4, 0, 0, 0, 8}, 2);
    CHECK(means == (EmbeddingMatrix(1, 3) << 2, 4, 2).finished());
  }

  TEST_CASE("hostile tfjs: each fault has one line that names it") {
    const TfjsWriter good = scaled_means();
    const auto changed = [&](const std::string& from, const std::string& to) {
      std::string json = good.json();
      const auto at = json.find(from);
      REQUIRE(at != std::string::npos);
      return json.replace(at, from.size(), to);
    };
    TfjsWriter circle = scaled_means();
    circle.node("Abs", "a", {"b"}).node("Abs", "b", {"a"});
    TfjsWriter twice = scaled_means();
    twice.node("Abs", "means", {"input"});
    TfjsWriter large = scaled_means();
    large.stored("huge", {1 << 20, 1 << 20, 1 << 20, 1 << 20}, "", {});
    TfjsWriter whole = scaled_means();
    whole.integers("large", {1}, {1 << 25});
    TfjsWriter second = scaled_means();
    second.node("Abs", "a", {"means:1"});
    const struct {
      std::string json, bytes, words;
    } all[] = {
        {"", "", "is not JSON"},
        {"{", "", "is not JSON"},
        {std::string(100000, '['), "", "is not JSON"},
        {"[]", "", "not a graph model"},
        {"{\"modelTopology\":{}}", "", "not a graph model"},
        {good.json(), "", "does not fit into the binary file"},
        {good.json(), good.bytes() + "x", "holds more than the manifest lists"},
        {good.json(), good.bytes().substr(1), "ends within 'axes'"},
        {changed("\"int32\"", "\"complex64\""), good.bytes(), "stored as 'complex64'"},
        {changed("\"size\":\"3\"", "\"size\":\"4\""), good.bytes(), "is not N x height x width x 3"},
        {changed("\"size\":\"3\"", "\"size\":\"three\""), good.bytes(), "a number is malformed"},
        {changed("\"size\":\"3\"", "\"size\":{}"), good.bytes(), "type must be number"},
        {changed("\"Placeholder\"", "\"Relu\""), good.bytes(), "it has no input"},
        {changed("\"input\",\"axes\"", "\"nobody\",\"axes\""), good.bytes(), "needs 'nobody'"},
        {circle.json(), circle.bytes(), "go in a circle"},
        {twice.json(), twice.bytes(), "two nodes 'means'"},
        {large.json(), large.bytes(), "does not fit into the binary file"},
        {whole.json(), whole.bytes(), "whole numbers of more than 24 bits"},
        {second.json(), second.bytes(), "second results are not supported"},
    };
    for (const auto& [json, bytes, words] : all) {
      const std::string said = complaint(json, bytes);
      CAPTURE(words);
      CAPTURE(said);
      CHECK(said.find(words) != std::string::npos);
      CHECK(said.find('\n') == std::string::npos);
    }
  }

  TEST_CASE("hostile tfjs: bytes changed anywhere are a model still, or one line") {
    const TfjsWriter good = scaled_means();
    const RandomStream random(1, "hostile", "", "tfjs", 0);
    for (std::uint64_t i = 0; i < 500; ++i) {
      std::string json = good.json();
      const auto words = random.block(i);
      json[words[0] % json.size()] = static_cast<char>(words[1]);
      CHECK(complaint(json, good.bytes()).find('\n') == std::string::npos);
    }
  }
}

}  // namespace robench
