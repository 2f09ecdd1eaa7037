// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "models/backend.h"
#include "models/digest.h"
#include "models/embedder.h"
#include "perturb/error.h"
#include "tests/models/onnx_bytes.h"
#include "tests/models/scratch_folder.h"
#include "tests/support/generated_face.h"

namespace robench {
namespace {

Image chip_of(const ModelCard& card, const FaceRecipe& recipe) {
  const GeneratedFace face = render_face(recipe);
  return align_chip(face.image, face.landmarks, card.align);
}

double cosine(const EmbeddingMatrix& vectors, Eigen::Index a, Eigen::Index b) {
  return similarity(Comparison::cosine, vectors.row(a).data(), vectors.row(b).data(),
                    static_cast<int>(vectors.cols()));
}

/// A card for an ONNX file that gives the mean of each channel of a picture of 16 x 12 pixels.
struct MeansModel {
  explicit MeansModel(bool fixed_batch) {
    const std::string bytes = test::channel_means_model(12, 16, fixed_batch);
    card.name = "means";
    card.backend = "onnx";
    card.local_files = {{folder.write("means.onnx", bytes), sha256(bytes)}};
    card.align.width = 16;
    card.align.height = 12;
    card.mean = {10, 20, 30};
    card.scale = {1, 0.5, 0.25};
    card.dim = 3;
  }
  test::ScratchFolder folder;
  ModelCard card;
};

Image plain(int width, int height, const cv::Scalar& bgr) {
  return Image(cv::Mat(height, width, CV_8UC3, bgr));
}

std::string environment_error(const ModelCard& card) {
  try {
    static_cast<void>(load_embedder(card));
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("null model: more light, more blur, more drift; a person is nearer to itself") {
    const ModelCard card = find_model_card("null_model");
    const auto model = load_embedder(card);
    const Image clean = chip_of(card, {.subject = 3});
    const auto drift = [&](const cv::Mat& changed) {
      const std::vector<Image> chips{clean, Image(changed)};
      return 1 - cosine(model->embed(chips), 0, 1);
    };
    CHECK(drift(clean.bgr().clone()) < 1e-12);
    double before = 1e-4;
    for (const double offset : {20.0, 50.0, 90.0}) {
      const double now = drift(clean.bgr() + cv::Scalar::all(offset));
      CHECK(now > before);
      before = now;
    }
    before = 1e-4;
    for (const double sigma : {1.0, 2.0, 4.0}) {
      cv::Mat blurred;
      cv::GaussianBlur(clean.bgr(), blurred, {}, sigma);
      const double now = drift(blurred);
      CHECK(now > before);
      before = now;
    }
    double mated = 0, non_mated = 0;
    for (std::uint32_t subject = 1; subject <= 10; ++subject) {
      const std::vector<Image> chips{chip_of(card, {.subject = subject}),
                                     chip_of(card, {.subject = subject, .expression = 2}),
                                     chip_of(card, {.subject = subject + 10})};
      const EmbeddingMatrix vectors = model->embed(chips);
      mated += cosine(vectors, 0, 1) / 10;
      non_mated += cosine(vectors, 0, 2) / 10;
    }
    CHECK(mated > non_mated);
  }

  TEST_CASE("null model: a row depends on its chip alone, and two loads agree") {
    const ModelCard card = find_model_card("null_model");
    const std::vector<Image> chips{chip_of(card, {.subject = 1}), chip_of(card, {.subject = 2})};
    const EmbeddingMatrix both = load_embedder(card)->embed(chips);
    const EmbeddingMatrix second = load_embedder(card)->embed(std::span(chips).subspan(1));
    CHECK(both.rows() == 2);
    CHECK(both.cols() == card.dim);
    CHECK(both.row(1) == second.row(0));
    CHECK(load_embedder(card)->embed({}).rows() == 0);
  }

  TEST_CASE("onnx: planted means come out, in the card's order and scale, from a 4-D output") {
    const MeansModel means(false);
    const auto model = load_embedder(means.card);
    const std::vector<Image> chips{plain(16, 12, {11, 24, 38}), plain(16, 12, {20, 20, 20})};
    const EmbeddingMatrix vectors = model->embed(chips);
    REQUIRE(vectors.rows() == 2);
    CHECK(vectors.row(0).isApprox(Eigen::RowVector3f(1, 2, 2), 1e-5F));
    CHECK(vectors.row(1).isApprox(Eigen::RowVector3f(10, 0, -2.5F), 1e-5F));
    // After a batch of two, a batch of one, and of three: the network adapts.
    CHECK(model->embed(std::span(chips).first(1)).row(0).isApprox(Eigen::RowVector3f(1, 2, 2), 1e-5F));
    CHECK(model->embed(std::vector<Image>(3, chips[1])).rows() == 3);
    CHECK(model->embed({}).rows() == 0);
  }

  TEST_CASE("onnx: a file that takes one picture at a time is run so") {
    const MeansModel means(true);
    const auto model = load_embedder(means.card);
    const std::vector<Image> chips{plain(16, 12, {11, 24, 38}), plain(16, 12, {20, 20, 20})};
    const EmbeddingMatrix vectors = model->embed(chips);
    CHECK(vectors.row(0).isApprox(Eigen::RowVector3f(1, 2, 2), 1e-5F));
    CHECK(vectors.row(1).isApprox(Eigen::RowVector3f(10, 0, -2.5F), 1e-5F));
  }

  TEST_CASE("onnx: what does not fit the card is told when it is loaded") {
    MeansModel means(false);
    means.card.dim = 4;
    CHECK(environment_error(means.card).find("output 'means' is 1 x 3 x 1 x 1, the card says 1 x 4") !=
          std::string::npos);
    means.card.dim = 3;
    means.card.output = "mean";
    CHECK(environment_error(means.card).find("has no output 'mean'; did you mean 'means'?") !=
          std::string::npos);
    means.card.output = "means";
    CHECK(environment_error(means.card).empty());
  }

  TEST_CASE("onnx: a file that is no model") {
    MeansModel means(false);
    for (const std::string bytes : {"", "not a model", "\x08\x05"}) {
      means.card.local_files = {{means.folder.write("bad.onnx", bytes), sha256(bytes)}};
      CHECK(environment_error(means.card).find("model 'means'") != std::string::npos);
    }
  }

  TEST_CASE("weights are checked before they are loaded") {
    MeansModel means(false);
    const std::string right = model_hash(means.card);
    means.card.local_files[0].sha256 = std::string(64, 'a');
    CHECK(environment_error(means.card).find("is not the file that the card pins") != std::string::npos);
    means.card.local_files[0].path = "/no/such/file.onnx";
    CHECK(environment_error(means.card).find("no file '/no/such/file.onnx'") != std::string::npos);
    CHECK(right != model_hash(find_model_card("null_model")));
  }

  TEST_CASE("an unknown backend is the card's fault") {
    ModelCard card = find_model_card("null_model");
    card.backend = "onx";
    CHECK_THROWS_AS(static_cast<void>(load_embedder(card)), ConfigError);
    CHECK(backend_names() == std::vector<std::string>{"dlib_resnet", "external", "null_model", "onnx",
                                                      "tfjs", "torchscript"});
  }
}

}  // namespace robench
