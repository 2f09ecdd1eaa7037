// SPDX-License-Identifier: Apache-2.0
// A tiny embedding without weights: what a picture of 64 x 64 pixels looks like in 8 x 8 blocks, seen
// through a fixed random projection. It makes every stage testable without a model, and as a model
// it is the floor that a real one must clear.
//
// Per block: the brightness against mid-grey (moves with light), and the mean absolute horizontal and
// vertical gradient (falls with blur). All is computed in whole numbers, so that every machine gives
// the same bytes.
#include <array>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "models/backend.h"
#include "perturb/error.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

constexpr int kChipSide = 64;      // of the chip in pixels
constexpr int kBlocksPerSide = 8;  // per side
constexpr int kBlockSide = kChipSide / kBlocksPerSide;
constexpr int kFeatures = 3 * kBlocksPerSide * kBlocksPerSide;
constexpr int kDim = 64;
// A gradient is about a tenth of a brightness; this weight gives both the same say.
constexpr int kGradientWeight = 8;

using Grey = std::array<std::array<int, kChipSide>, kChipSide>;

/// Luma of Rec. 601 in 0..255.
Grey grey_of(const Image& chip) {
  Grey grey{};
  for (int y = 0; y < kChipSide; ++y) {
    const auto* row = chip.bgr().ptr<cv::Vec3b>(y);
    for (int x = 0; x < kChipSide; ++x)
      grey[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] =
          (29 * row[x][0] + 150 * row[x][1] + 77 * row[x][2]) / 256;
  }
  return grey;
}

std::array<int, kFeatures> features_of(const Grey& grey) {
  std::array<int, kFeatures> features{};
  constexpr std::size_t kPlane = kBlocksPerSide * kBlocksPerSide;
  for (std::size_t y = 0; y < kChipSide; ++y) {
    for (std::size_t x = 0; x < kChipSide; ++x) {
      const std::size_t block = y / kBlockSide * kBlocksPerSide + x / kBlockSide;
      features[block] += grey[y][x] - 128;
      if (x + 1 < kChipSide)
        features[kPlane + block] += kGradientWeight * std::abs(grey[y][x + 1] - grey[y][x]);
      if (y + 1 < kChipSide)
        features[2 * kPlane + block] += kGradientWeight * std::abs(grey[y + 1][x] - grey[y][x]);
    }
  }
  return features;
}

/// Signs of a random projection (Achlioptas 2003), fixed for all time. Row = feature.
using Projection = std::array<std::array<int, kDim>, kFeatures>;

Projection fixed_projection() {
  const RandomStream stream(0, "null_model", "", "projection", 0);
  Projection projection{};
  std::uint64_t index = 0;
  for (auto& row : projection)
    for (int& sign : row) {
      sign = (stream.block(index / 4)[index % 4] & 1U) != 0 ? 1 : -1;
      ++index;
    }
  return projection;
}

class NullModel : public Embedder {
 public:
  EmbeddingMatrix embed(std::span<const Image> chips) override {
    EmbeddingMatrix vectors(static_cast<Eigen::Index>(chips.size()), kDim);
    for (std::size_t i = 0; i < chips.size(); ++i) {
      ROBENCH_ASSERT(chips[i].width() == kChipSide && chips[i].height() == kChipSide);
      const std::array<int, kFeatures> features = features_of(grey_of(chips[i]));
      std::array<int, kDim> sums{};
      for (std::size_t f = 0; f < kFeatures; ++f)
        for (std::size_t d = 0; d < kDim; ++d) sums[d] += features[f] * projection_[f][d];
      for (std::size_t d = 0; d < kDim; ++d)
        vectors(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(d)) =
            static_cast<float>(sums[d]);
    }
    return vectors;
  }

 private:
  Projection projection_ = fixed_projection();
};

}  // namespace
}  // namespace robench

extern "C" robench::Embedder* robench_make_null_model(const robench::ModelCard& card,
                                                      const std::vector<std::filesystem::path>&) {
  using namespace robench;
  if (card.dim != kDim || card.align.width != kChipSide || card.align.height != kChipSide)
    throw EnvironmentError(
        fmt::format("model '{0}': the null model takes {1} x {1} pixels and gives {2} numbers",
                    card.name, kChipSide, kDim));
  return new NullModel;
}
