// SPDX-License-Identifier: Apache-2.0
#include "models/averaging.h"

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "perturb/random_stream.h"

namespace robench {
namespace {

// Of dlib's jitter_image().
constexpr double kMostDegrees = 3;
constexpr double kLeastScale = 0.97;
constexpr double kMostScale = 0.99999;
constexpr double kMostShift = 0.02;  // of the inner square
constexpr double kShrunkBy = 6;      // pixels that the inner square is smaller than the chip
constexpr std::uint64_t kNumbersPerChip = 8;

std::vector<Image> each(std::span<const Image> chips, const auto& change) {
  std::vector<Image> changed;
  changed.reserve(chips.size());
  for (const Image& chip : chips) changed.push_back(change(chip));
  return changed;
}

/// Each row divided by its length. A row of zeros stays.
void divide_by_length(EmbeddingMatrix& vectors) {
  for (auto row : vectors.rowwise()) {
    const double length = row.cast<double>().norm();
    if (length > 0) row = (row.cast<double>() / length).cast<float>();
  }
}

class Averaged : public Embedder {
 public:
  Averaged(std::unique_ptr<Embedder> model, const ModelCard& card)
      : model_(std::move(model)), card_(card) {}

  EmbeddingMatrix embed(std::span<const Image> chips) override {
    EmbeddingMatrix vectors = card_.jitter > 0 ? mean_of_jittered(chips) : passed(chips);
    if (card_.flip == Flip::sum_normalised) divide_by_length(vectors);
    if (card_.flip != Flip::none) {
      EmbeddingMatrix of_mirrored = passed(each(chips, mirrored));
      if (card_.flip == Flip::sum_normalised) divide_by_length(of_mirrored);
      vectors += of_mirrored;
    }
    if (card_.normalise == Normalise::l2) divide_by_length(vectors);
    return vectors;
  }

 private:
  EmbeddingMatrix passed(std::span<const Image> chips) {
    if (card_.batch_invariant) return model_->embed(chips);
    EmbeddingMatrix vectors(static_cast<Eigen::Index>(chips.size()), card_.dim);
    for (std::size_t i = 0; i < chips.size(); ++i)
      vectors.row(static_cast<Eigen::Index>(i)) = model_->embed(chips.subspan(i, 1));
    return vectors;
  }

  EmbeddingMatrix mean_of_jittered(std::span<const Image> chips) {
    EmbeddingMatrix sum = EmbeddingMatrix::Zero(static_cast<Eigen::Index>(chips.size()), card_.dim);
    for (int number = 0; number < card_.jitter; ++number)
      sum += passed(each(chips, [number](const Image& chip) { return jittered(chip, number); }));
    return sum / static_cast<float>(card_.jitter);
  }

  std::unique_ptr<Embedder> model_;
  ModelCard card_;
};

}  // namespace

std::int64_t passes_per_face(const ModelCard& card) {
  if (card.jitter > 0) return card.jitter;
  return card.flip == Flip::none ? 1 : 2;
}

std::unique_ptr<Embedder> averaged(std::unique_ptr<Embedder> model, const ModelCard& card) {
  const bool plain = card.flip == Flip::none && card.jitter == 0 && card.normalise == Normalise::none &&
                     card.batch_invariant;
  if (plain) return model;
  return std::make_unique<Averaged>(std::move(model), card);
}

Image mirrored(const Image& chip) {
  cv::Mat turned;
  cv::flip(chip.bgr(), turned, /*flipCode=*/1);
  return Image(turned);
}

Image jittered(const Image& chip, int number) {
  static const RandomStream stream(0, "jitter", "", "chip", 0);
  const std::uint64_t first = static_cast<std::uint64_t>(number) * kNumbersPerChip;
  const double inner = chip.height() - kShrunkBy;
  const double shift_x = stream.uniform(first, -kMostShift, kMostShift) * inner;
  const double shift_y = stream.uniform(first + 1, -kMostShift, kMostShift) * inner;
  const double side = inner / stream.uniform(first + 2, kLeastScale, kMostScale);
  const double angle = stream.uniform(first + 3, -kMostDegrees, kMostDegrees) * std::numbers::pi / 180;

  const cv::Point2d centre((chip.width() - 1) / 2.0, (chip.height() - 1) / 2.0);
  const double scale = side / chip.height();
  const double c = scale * std::cos(angle);
  const double s = scale * std::sin(angle);
  const cv::Matx23d chip_from_jittered(c, -s, centre.x + shift_x - c * centre.x + s * centre.y,  //
                                       s, c, centre.y + shift_y - s * centre.x - c * centre.y);
  cv::Mat pixels;
  cv::warpAffine(chip.bgr(), pixels, chip_from_jittered, chip.bgr().size(),
                 cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT);
  const Image turned(pixels);
  return stream.uniform(first + 4) > 0.5 ? mirrored(turned) : turned;
}

}  // namespace robench
