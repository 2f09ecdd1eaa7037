// SPDX-License-Identifier: Apache-2.0
#include "models/averaging.h"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "models/digest.h"
#include "perturb/error.h"
#include "tests/models/onnx_bytes.h"
#include "tests/models/scratch_folder.h"

namespace robench {
namespace {

constexpr int kSide = 40;

/// Gives (blue of the first pixel, blue of the last pixel of the first row), plus, to show who was
/// asked together, nothing or the number of chips in the batch.
class Corners : public Embedder {
 public:
  explicit Corners(bool mixes, int* calls) : mixes_(mixes), calls_(calls) {}
  EmbeddingMatrix embed(std::span<const Image> chips) override {
    ++*calls_;
    EmbeddingMatrix vectors(static_cast<Eigen::Index>(chips.size()), 2);
    for (std::size_t i = 0; i < chips.size(); ++i) {
      const auto at = [&](int x) { return static_cast<float>(chips[i].bgr().at<cv::Vec3b>(0, x)[0]); };
      vectors.row(static_cast<Eigen::Index>(i)) << at(0), at(kSide - 1);
      if (mixes_) vectors.row(static_cast<Eigen::Index>(i)).array() += static_cast<float>(chips.size());
    }
    return vectors;
  }

 private:
  bool mixes_;
  int* calls_;
};

/// First pixel blue 3, last of the row blue 4.
Image chip() {
  cv::Mat pixels(kSide, kSide, CV_8UC3, cv::Scalar(100, 110, 120));
  pixels.at<cv::Vec3b>(0, 0)[0] = 3;
  pixels.at<cv::Vec3b>(0, kSide - 1)[0] = 4;
  return Image(pixels);
}

ModelCard card() {
  ModelCard card;
  card.name = "corners";
  card.dim = 2;
  card.align.width = card.align.height = kSide;
  return card;
}

EmbeddingMatrix vectors_of(const ModelCard& as_card, std::size_t chips, bool mixes = false) {
  int calls = 0;
  const auto model = averaged(std::make_unique<Corners>(mixes, &calls), as_card);
  return model->embed(std::vector<Image>(chips, chip()));
}

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("a card without averaging gets the network's own vectors") {
    CHECK(vectors_of(card(), 1).row(0) == Eigen::RowVector2f(3, 4));
    CHECK(passes_per_face(card()) == 1);
    CHECK(vectors_of(card(), 0).rows() == 0);
  }

  TEST_CASE("flip: the vector of the chip plus that of its mirror") {
    ModelCard flipped = card();
    flipped.flip = Flip::sum;
    CHECK(vectors_of(flipped, 2).row(1) == Eigen::RowVector2f(7, 7));
    CHECK(passes_per_face(flipped) == 2);
    flipped.flip = Flip::sum_normalised;  // (3, 4) / 5 + (4, 3) / 5
    CHECK(vectors_of(flipped, 1).row(0).isApprox(Eigen::RowVector2f(1.4F, 1.4F)));
    flipped.normalise = Normalise::l2;
    CHECK(vectors_of(flipped, 1).row(0).isApprox(Eigen::RowVector2f(0.70710678F, 0.70710678F)));
  }

  TEST_CASE("normalise: l2 divides by the length, and leaves a row of zeros") {
    ModelCard unit = card();
    unit.normalise = Normalise::l2;
    CHECK(vectors_of(unit, 1).row(0).isApprox(Eigen::RowVector2f(0.6F, 0.8F)));
    class Zeros : public Embedder {
      EmbeddingMatrix embed(std::span<const Image> chips) override {
        return EmbeddingMatrix::Zero(static_cast<Eigen::Index>(chips.size()), 2);
      }
    };
    CHECK(averaged(std::make_unique<Zeros>(), unit)->embed(std::vector{chip()}).isZero());
  }

  TEST_CASE("batch_invariant: false gives the network one face at a time") {
    ModelCard mixing = card();
    CHECK(vectors_of(mixing, 3, true).row(0) == Eigen::RowVector2f(6, 7));
    mixing.batch_invariant = false;
    CHECK(vectors_of(mixing, 3, true).row(0) == Eigen::RowVector2f(4, 5));
  }

  TEST_CASE("jitter: small, seeded, half of it mirrored, and the mean of the vectors") {
    cv::Mat pixels(150, 150, CV_8UC3, cv::Scalar::all(0));
    cv::circle(pixels, {50, 75}, 6, cv::Scalar::all(255), cv::FILLED);  // left of the middle
    const Image dot(pixels);
    int mirrored_ones = 0;
    for (int number = 0; number < 100; ++number) {
      const Image moved = jittered(dot, number);
      CHECK(moved == jittered(dot, number));
      const cv::Moments m =
          cv::moments(cv::Mat(moved.bgr().clone()).reshape(1, 150).colRange(0, 450), false);
      const double x = (m.m10 / m.m00 - 1) / 3;
      const double y = m.m01 / m.m00;
      const bool flipped = x > 74.5;
      mirrored_ones += flipped ? 1 : 0;
      // Moved by up to 2 % of 144 px, turned by up to 3 degrees about the middle, enlarged by up to 4 %.
      CHECK(std::abs((flipped ? 149 - x : x) - 50) < 2.88 + 1.0 + 0.2);
      CHECK(std::abs(y - 75) < 2.88 + 24.5 * 0.0524 + 0.2);
    }
    CHECK(mirrored_ones > 30);
    CHECK(mirrored_ones < 70);

    ModelCard averaging = card();
    averaging.jitter = 4;
    CHECK(passes_per_face(averaging) == 4);
    EmbeddingMatrix mean = EmbeddingMatrix::Zero(1, 2);
    int calls = 0;
    Corners network(false, &calls);
    for (int number = 0; number < 4; ++number)
      mean += network.embed(std::vector{jittered(chip(), number)}) / 4;
    CHECK(vectors_of(averaging, 2).row(1).isApprox(mean.row(0)));
  }

  TEST_CASE("a card's output block goes through a real backend") {
    const test::ScratchFolder folder;
    const std::string bytes = test::channel_means_model(12, 16, false);
    ModelCard means = card();
    means.name = "means";
    means.backend = "onnx";
    means.local_files = {{folder.write("means.onnx", bytes), sha256(bytes)}};
    means.align.width = 16;
    means.align.height = 12;
    means.dim = 3;
    means.flip = Flip::sum;
    means.normalise = Normalise::l2;
    const std::vector<Image> plain{Image(cv::Mat(12, 16, CV_8UC3, cv::Scalar(2, 10, 11)))};
    CHECK(load_embedder(means)->embed(plain).row(0).isApprox(
        Eigen::RowVector3f(2 / 15.F, 10 / 15.F, 11 / 15.F), 1e-5F));
  }
}

}  // namespace robench
