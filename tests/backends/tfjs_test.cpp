// SPDX-License-Identifier: Apache-2.0
// TorchScript made of graph models, beside a plain evaluation of the same graph.
#include <algorithm>

#include <doctest/doctest.h>
#include <tbb/parallel_for.h>

#include "models/embedder.h"
#include "models/tfjs_evaluator.h"
#include "perturb/error.h"
#include "tests/backends/real_faces.h"
#include "tests/models/test_zoo.h"
#include "tests/models/tfjs_writer.h"

namespace robench {
namespace {

using test::TfjsWriter;
using Json = TfjsWriter::Json;

std::vector<Image> noise(int count, int height, int width) {
  std::vector<Image> chips;
  for (int k = 0; k < count; ++k) {
    const RandomStream random(2, "chips", std::to_string(k), "", 0);
    cv::Mat pixels(height, width, CV_8UC3);
    for (int i = 0; i < height * width; ++i) {
      const auto words = random.block(static_cast<std::uint64_t>(i));
      pixels.at<cv::Vec3b>(i / width, i % width) = {
          static_cast<uchar>(words[0]), static_cast<uchar>(words[1]), static_cast<uchar>(words[2])};
    }
    chips.emplace_back(pixels);
  }
  return chips;
}

EmbeddingMatrix evaluated(const ModelCard& card, const std::vector<Image>& chips) {
  return evaluate_tfjs(part_for(read_tfjs_graph(weight_paths(card)), card.output),
                       to_tensor(chips, card), static_cast<int>(chips.size()), card.align.height,
                       card.align.width);
}

/// Largest difference of a component, backend against evaluation, over 3 pictures of noise.
double difference(const TfjsWriter& writer, int height, int width, int dim) {
  const test::ScratchFolder folder;
  const ModelCard card = test::tfjs_card(writer.write(folder), height, width, dim);
  const auto chips = noise(3, height, width);
  const EmbeddingMatrix expected = evaluated(card, chips);
  REQUIRE(expected.cols() == dim);
  CHECK(expected.cwiseAbs().maxCoeff() > 1e-3);
  return (load_embedder(card)->embed(chips) - expected).cwiseAbs().maxCoeff();
}

/// A convolution of the input into 4 channels, then the mean over the picture.
struct Convolution {
  Json strides = TfjsWriter::list({1, 1, 1, 1});
  Json padding = TfjsWriter::same();
  Json dilations = TfjsWriter::list({1, 1, 1, 1});

  [[nodiscard]] Json attributes() const {
    return {{"strides", strides}, {"padding", padding}, {"dilations", dilations}};
  }
};

TfjsWriter with_mean(TfjsWriter writer, const std::string& of) {
  return writer.integers("axes", {2}, {1, -2})
      .node("Mean", "out", {of, "axes"}, {{"keep_dims", {{"b", false}}}});
}

constexpr double kTolerance = 1e-5;

}  // namespace

TEST_SUITE("backends") {
  TEST_CASE("tfjs: convolutions of every padding, stride, dilation and size") {
    for (const auto& [height, width] : {std::pair(9, 8), std::pair(7, 12)})
      for (const int kernel : {1, 2, 3, 4})
        for (const int stride : {1, 2})
          for (const bool same : {true, false})
            for (const int dilation : {1, 2}) {
              if (stride > 1 && dilation > 1) continue;
              CAPTURE(kernel);
              CAPTURE(stride);
              CAPTURE(same);
              CAPTURE(dilation);
              Convolution how{TfjsWriter::list({1, stride, stride, 1}),
                              same ? TfjsWriter::same() : TfjsWriter::valid(),
                              TfjsWriter::list({1, dilation, dilation, 1})};
              TfjsWriter writer(height, width);
              writer.random("w", {kernel, kernel, 3, 4})
                  .node("Conv2D", "conv", {"input", "w"}, how.attributes());
              writer.random("d", {kernel, kernel, 3, 2})
                  .node("DepthwiseConv2dNative", "depth", {"input", "d"}, how.attributes());
              writer.integers("last", {}, {-1}).node("ConcatV2", "both", {"conv", "depth", "last"});
              writer.node("Square", "square", {"both"});
              CHECK(difference(with_mean(writer, "square"), height, width, 10) < kTolerance);
            }
  }

  TEST_CASE("tfjs: fused convolutions, normalisation, pools, padding and arithmetic") {
    TfjsWriter writer(10, 12);
    Convolution how;
    Json fused = how.attributes();
    fused["fused_ops"] = TfjsWriter::fused({"Qmlhc0FkZA==", "UHJlbHU="});  // BiasAdd, Prelu
    writer.random("w", {3, 3, 3, 4}).random("b", {4}).random("slope", {1, 1, 4});
    writer.node("_FusedConv2D", "conv", {"input", "w", "b", "slope"}, fused);
    writer.random("gain", {4}, 0.5F).random("shift", {4}).random("mean", {4}).random("var", {4}, 0.5F);
    writer.node("FusedBatchNormV3", "norm", {"conv", "gain", "shift", "mean", "var"},
                {{"epsilon", {{"f", 0.001}}}});
    writer.integers("paddings", {4, 2}, {0, 0, 1, 1, 2, 0, 0, 0})
        .node("Pad", "pad", {"norm", "paddings"});
    const Json pool{{"ksize", TfjsWriter::list({1, 3, 3, 1})},
                    {"strides", TfjsWriter::list({1, 2, 2, 1})},
                    {"padding", TfjsWriter::same()}};
    writer.node("MaxPool", "max", {"pad"}, pool).node("AvgPool", "avg", {"pad"}, pool);
    writer.random("scale", {4})
        .node("Mul", "scaled", {"max", "scale"})
        .node("AddV2", "sum", {"scaled", "avg"});
    writer.constant("six", {}, {0.7F}).node("Minimum", "clipped", {"sum", "six"});
    writer.constant("zero", {}, {-0.2F}).node("Maximum", "kept", {"zero", "clipped"});
    fused["fused_ops"] = TfjsWriter::fused({"Qmlhc0FkZA==", "UmVsdTY="});  // BiasAdd, Relu6
    writer.random("dw", {3, 3, 4, 1})
        .node("FusedDepthwiseConv2dNative", "depth", {"kept", "dw", "b"}, fused);
    writer.node("Sub", "less", {"kept", "depth"}).node("Sigmoid", "sigmoid", {"less"});
    writer.node("Prelu", "prelu", {"less", "slope"}).node("RealDiv", "ratio", {"prelu", "sigmoid"});
    CHECK(difference(with_mean(writer, "ratio"), 10, 12, 4) < kTolerance);
  }

  TEST_CASE("tfjs: a Pad before a convolution, flattening and dense layers") {
    TfjsWriter writer(6, 5);
    writer.integers("paddings", {4, 2}, {0, 0, 1, 1, 2, 2, 0, 0})
        .node("Pad", "pad", {"input", "paddings"});
    Convolution how;
    how.padding = TfjsWriter::valid();
    writer.random("w", {3, 3, 3, 2}).node("Conv2D", "conv", {"pad", "w"}, how.attributes());
    writer.integers("flat", {2}, {-1, 84}).node("Reshape", "row", {"conv", "flat"});
    writer.random("dense", {84, 6}).random("bias", {6});
    writer.node("_FusedMatMul", "hidden", {"row", "dense", "bias"},
                {{"fused_ops", TfjsWriter::fused({"Qmlhc0FkZA==", "UmVsdQ=="})}});  // BiasAdd, Relu
    writer.random("last", {4, 6})
        .node("MatMul", "logits", {"hidden", "last"}, {{"transpose_b", {{"b", true}}}});
    writer.node("Softmax", "share", {"logits"})
        .node("Sqrt", "root", {"share"})
        .node("Tanh", "out", {"root"});
    CHECK(difference(writer, 6, 5, 4) < kTolerance);
  }

  TEST_CASE("tfjs: the length of a vector, and a picture squeezed to one") {
    TfjsWriter writer(3, 3);
    Convolution how;
    how.padding = TfjsWriter::valid();
    writer.random("w", {3, 3, 3, 5}).node("Conv2D", "conv", {"input", "w"}, how.attributes());
    writer.node("Squeeze", "row", {"conv"}, {{"squeeze_dims", TfjsWriter::list({1, 2})}});
    writer.node("Square", "square", {"row"}).integers("axis", {}, {1});
    writer.node("Sum", "sum", {"square", "axis"}, {{"keep_dims", {{"b", true}}}});
    writer.constant("least", {}, {1e-6F}).node("Maximum", "safe", {"sum", "least"});
    writer.node("Rsqrt", "inverse", {"safe"}).node("Mul", "out", {"row", "inverse"});
    CHECK(difference(writer, 3, 3, 5) < kTolerance);
  }

  TEST_CASE("tfjs: what is not supported is named") {
    const auto said = [](const TfjsWriter& writer) {
      const test::ScratchFolder folder;
      try {
        static_cast<void>(load_embedder(test::tfjs_card(writer.write(folder), 8, 8, 3)));
      } catch (const EnvironmentError& error) {
        return std::string(error.what());
      }
      return std::string();
    };
    TfjsWriter operation(8, 8);
    operation.node("Einsum", "strange", {"input"});
    CHECK(said(operation) == "model 'tiny': 'strange' (Einsum): this operation is not supported");
    TfjsWriter activation(8, 8);
    activation.random("w", {1, 1, 3, 3})
        .node("_FusedConv2D", "conv", {"input", "w"},
              {{"padding", TfjsWriter::same()}, {"fused_ops", TfjsWriter::fused({"RWx1"})}});  // Elu
    CHECK(said(activation).find("the fused operation 'Elu'") != std::string::npos);
    TfjsWriter padding(8, 8);
    padding.random("w", {1, 1, 3, 3}).node("Conv2D", "conv", {"input", "w"});
    CHECK(said(padding).find("neither SAME nor VALID") != std::string::npos);
    TfjsWriter shapes(8, 8);
    shapes.random("w", {1, 1, 5, 3}).node("Conv2D", "conv", {"input", "w"}, Convolution().attributes());
    CHECK(said(shapes).find("model 'tiny'") == 0);
    CHECK(said(shapes).find('\n') == std::string::npos);
    TfjsWriter rank(8, 8);
    rank.node("Relu", "out", {"input"});
    CHECK(said(rank).find("its output is 1 x 3 x 8 x 8, the card says 1 x 3") != std::string::npos);
  }

  TEST_CASE(
      "zoo: faceres and mobileface agree with a plain evaluation on real faces, alone and in a batch") {
    constexpr const char* kWhat = "agreement of the TensorFlow.js models with a plain evaluation";
    const auto data = test::test_data(kWhat);
    if (!data || !test::zoo_is_asked_for({"faceres", "mobileface"}, kWhat)) return;
    constexpr std::size_t kFaces = 50;
    const auto faces = test::real_faces(*data, kFaces);
    for (const char* name : {"faceres", "mobileface"}) {
      CAPTURE(name);
      const ModelCard card = find_model_card(name);
      std::vector<Image> chips;
      for (const test::RealFace& face : faces)
        chips.push_back(align_chip(face.photograph, face.landmarks, card.align));
      const auto model = load_embedder(card);
      const EmbeddingMatrix found = model->embed(chips);
      ModelCard plain = card;
      plain.flip = Flip::none;
      plain.normalise = Normalise::none;
      const EmbeddingMatrix raw = load_embedder(plain)->embed(chips);
      EmbeddingMatrix expected(raw.rows(), raw.cols());
      tbb::parallel_for(std::size_t{0}, kFaces, [&](std::size_t i) {
        expected.row(static_cast<Eigen::Index>(i)) = evaluated(card, {chips[i]}).row(0);
      });
      const double largest = (raw - expected).cwiseAbs().maxCoeff();
      CHECK(largest < 1e-4);
      CHECK(model->embed(chips) == found);
      double least_cosine = 1;
      for (std::size_t i = 0; i < kFaces; ++i)
        least_cosine =
            std::min(least_cosine, similarity(Comparison::cosine,
                                              model->embed(std::span(chips).subspan(i, 1)).row(0).data(),
                                              found.row(static_cast<Eigen::Index>(i)).data(), card.dim));
      CHECK(least_cosine > 1 - 1e-5);
      MESSAGE(name << ", 50 real faces: largest difference of a component " << largest
                   << " (largest component " << expected.cwiseAbs().maxCoeff()
                   << "), alone against the batch 1 - cosine at most " << 1 - least_cosine);
    }
  }
}

}  // namespace robench
