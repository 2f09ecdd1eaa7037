// SPDX-License-Identifier: Apache-2.0
// Fog of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): a plasma field by the diamond-square method
// (Fournier, Fussell and Carpenter 1982) on a torus, scaled to 0..1, added and the range compressed:
//   v' = (v + amount * fog) * top / (top + amount), with top the picture's largest value.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_floor.h"
#include "perturb/vector_clones.h"

namespace robench::imagenet_c {
namespace {

struct Fog {
  float amount;
  float decay;  // of the random part from each size of squares to the next
};

// Uniform in [-1, 1) from 32 bits.
inline float signed_unit(std::uint32_t word) {
  return static_cast<float>(static_cast<std::int32_t>(word)) * 0x1p-31F;
}

// out[i] = mean of four neighbours plus a random part.
ROBENCH_VECTOR_CLONES void mean_and_random(const float* a, const float* b, const float* c,
                                           const float* d, const std::uint32_t* words, float amplitude,
                                           int count, float* out) {
  for (int i = 0; i < count; ++i)
    out[i] = (a[i] + b[i] + (c[i] + d[i])) * 0.25F + amplitude * signed_unit(words[i]);
}

ROBENCH_VECTOR_CLONES void interleave(const float* even, const float* odd, int count, float* out) {
  for (int i = 0; i < count; ++i) {
    out[2 * i] = even[i];
    out[2 * i + 1] = odd[i];
  }
}

// A grid on a torus. Columns -1 and `side` repeat those of the other end.
class Torus {
 public:
  explicit Torus(int side) : side_(side), values_(side, side + 2, CV_32F) {}
  [[nodiscard]] float* row(int y) { return values_.ptr<float>((y + side_) % side_) + 1; }
  void close_row(int y) {
    row(y)[-1] = row(y)[side_ - 1];
    row(y)[side_] = row(y)[0];
  }
  [[nodiscard]] int side() const { return side_; }

 private:
  int side_;
  cv::Mat values_;
};

// Twice the grid: squares get their centre, then diamonds theirs.
Torus refined(Torus& corners, float amplitude, const RandomStream& stream) {
  const int n = corners.side();
  const auto cells = static_cast<std::size_t>(n) * static_cast<std::size_t>(n);
  std::vector<std::uint32_t> words(3 * cells);
  stream.fill_words(4 * cells, words.data(), words.size());
  const auto words_of = [&](int kind, int y) {
    return &words[static_cast<std::size_t>((kind * n + y) * n)];
  };

  Torus centres(n);
  for (int y = 0; y < n; ++y) {
    mean_and_random(corners.row(y), corners.row(y + 1), corners.row(y) + 1, corners.row(y + 1) + 1,
                    words_of(0, y), amplitude, n, centres.row(y));
    centres.close_row(y);
  }
  Torus fine(2 * n);
  std::vector<float> between(static_cast<std::size_t>(n));
  for (int y = 0; y < n; ++y) {
    mean_and_random(centres.row(y), centres.row(y - 1), corners.row(y), corners.row(y) + 1,
                    words_of(1, y), amplitude, n, between.data());
    interleave(corners.row(y), between.data(), n, fine.row(2 * y));
    mean_and_random(centres.row(y), centres.row(y) - 1, corners.row(y), corners.row(y + 1),
                    words_of(2, y), amplitude, n, between.data());
    interleave(between.data(), centres.row(y), n, fine.row(2 * y + 1));
    fine.close_row(2 * y);
    fine.close_row(2 * y + 1);
  }
  return fine;
}

// The field in 0..1, and a power of two wide.
cv::Mat plasma(int side, float decay, const RandomStream& stream) {
  Torus grid(1);
  grid.row(0)[0] = 0;
  grid.close_row(0);
  float roughness = 100;  // published; only the ratios matter, for the field is scaled in the end
  while (grid.side() < side) {
    grid = refined(grid, roughness * roughness, stream);
    roughness /= decay;
  }
  cv::Mat field(grid.side(), grid.side(), CV_32F);
  for (int y = 0; y < field.rows; ++y) std::copy_n(grid.row(y), field.cols, field.ptr<float>(y));
  double low = 0;
  double high = 0;
  cv::minMaxLoc(field, &low, &high);
  const double scale = high > low ? 1 / (high - low) : 0;
  field.convertTo(field, CV_32F, scale, -low * scale);
  return field;
}

ROBENCH_VECTOR_CLONES void veil(const std::uint8_t* from, const float* fog, float slope, int count,
                                std::uint8_t* to) {
  for (int x = 0; x < count; ++x) {
    for (int c = 3 * x; c < 3 * x + 3; ++c)
      to[c] = floored(slope * static_cast<float>(from[c]) + fog[x]);
  }
}

Image fogged(const Image& image, const Fog& fog, const RandomStream& stream) {
  // At least 4, as published, where the three channels count as a side.
  const auto longest = static_cast<unsigned>(std::max({image.width(), image.height(), 3}));
  cv::Mat field = plasma(static_cast<int>(std::bit_ceil(longest)), fog.decay, stream);
  double top = 0;
  cv::minMaxLoc(image.bgr().reshape(1), nullptr, &top);
  const auto slope = static_cast<float>(top / (top + 255.0 * fog.amount));
  field *= 255.0 * fog.amount * slope;
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y)
    veil(image.bgr().ptr(y), field.ptr<float>(y), slope, image.width(), out.ptr(y));
  return Image(out);
}

}  // namespace

PerturbationSpec fog() {
  static constexpr LevelTables<Fog> kFog = {{{{1.5F, 2}, {2, 2}, {2.5F, 1.7F}, {2.5F, 1.5F}, {3, 1.4F}}},
                                            {{{.2F, 3}, {.5F, 3}, {.75F, 2.5F}, {1, 2}, {1.5F, 1.75F}}}};
  PerturbationSpec spec =
      imagenet_c_spec("fog", "a veil of plasma clouds",
                      "(amount, decay) (1.5, 2), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4)");
  spec.random = true;
  spec.keeps_grey = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.not_monotone_reason =
      "as published: rougher clouds at the upper levels veil less where they are thin";
  spec.make = [](const Params& params) -> Perturber {
    return [fog = kFog.at(params)](const Image& image, const Frame&, const RandomStream& stream) {
      return fogged(image, fog, stream);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
