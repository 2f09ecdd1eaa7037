// SPDX-License-Identifier: Apache-2.0
#include "perturb/document/parts/print_screen.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <numeric>

#include "perturb/srgb.h"

namespace robench {
namespace {

constexpr int kSide = 32;    // cells along a period
constexpr int kLevels = 64;  // tones, and 0: a level adds 16 of the 1,024 cells
constexpr int kCells = kSide * kSide;

// The cells of a period in the order in which a growing tone inks them: that of cos a + cos b, which is
// a round dot at the origin that meets its neighbours at 50 %.
const std::vector<int>& inking_order() {
  static const std::vector<int> cells = [] {
    std::vector<double> height(kCells);
    for (std::size_t i = 0; i < height.size(); ++i) {
      const auto cosine = [](std::size_t cell) {
        return std::cos(2 * std::numbers::pi * static_cast<double>(cell) / kSide);
      };
      height[i] = cosine(i / kSide) + cosine(i % kSide);
    }
    std::vector<int> order(kCells);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
      return height[static_cast<std::size_t>(a)] > height[static_cast<std::size_t>(b)] + 1e-9;
    });
    return order;
  }();
  return cells;
}

// What a cell spreads along a period when blurred by a Gaussian of `blur` periods, from its Fourier
// series; two periods, the cell at the middle.
std::array<float, 2 * kSide> spread_of_cell(double blur) {
  std::array<float, 2 * kSide> spread{};
  for (int distance = 0; distance < 2 * kSide; ++distance) {
    double weight = 1;
    for (int k = 1; k <= kSide / 2; ++k) {
      const double share = std::exp(-2 * std::pow(std::numbers::pi * blur * k, 2));
      const double wave = std::cos(2 * std::numbers::pi * k * distance / kSide);
      weight += (2 * k == kSide ? 1 : 2) * share * wave;
    }
    spread[static_cast<std::size_t>(distance)] = static_cast<float>(weight / kSide);
  }
  return spread;
}

// By way of an integer: floor is a call without SSE4.1. Periods stay below 2^31 (landmarks within 1e6
// pixels).
inline float wrapped(float periods) {
  const float part = periods - static_cast<float>(static_cast<std::int32_t>(periods));
  return (part < 0 ? part + 1.0F : part) * kSide;
}

// Tones of the four inks of one pixel.
std::array<float, 4> inks_of(const float* bgr, float black_share) {
  const float black = black_share * (1.0F - std::max(bgr[0], std::max(bgr[1], bgr[2])));
  const float left = std::max(1.0F - black, 1e-6F);
  return {1.0F - bgr[2] / left, 1.0F - bgr[1] / left, 1.0F - bgr[0] / left, black};
}

inline float gained(float tone, float dot_gain) {
  return std::clamp(tone + 4.0F * dot_gain * tone * (1.0F - tone), 0.0F, 1.0F);
}

}  // namespace

// Dots of a darker tone hold those of a lighter one, so each level adds its cells to the level before.
ScreenTile::ScreenTile(double blur) : tile_(static_cast<std::size_t>((kLevels + 1) * kCells)) {
  constexpr int kAdded = kCells / kLevels;
  const std::array<float, 2 * kSide> spread = spread_of_cell(blur);
  const std::vector<int>& order = inking_order();
  for (int level = 1; level <= kLevels; ++level) {
    float* tile = tile_.data() + level * kCells;
    std::copy(tile - kCells, tile, tile);
    for (int i = (level - 1) * kAdded; i < level * kAdded; ++i) {
      const int cell = order[static_cast<std::size_t>(i)];
      const float* across = spread.data() + kSide - cell % kSide;
      const float* down = spread.data() + kSide - cell / kSide;
      for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) tile[y * kSide + x] += down[y] * across[x];
      }
    }
  }
}

float ScreenTile::ink(float tone, float a, float b) const {
  const float x = wrapped(a);
  const float y = wrapped(b);
  const float z = tone * kLevels;
  const int x0 = static_cast<int>(x);
  const int y0 = static_cast<int>(y);
  const int z0 = std::min(static_cast<int>(z), kLevels - 1);
  const float fx = x - static_cast<float>(x0);
  const float fy = y - static_cast<float>(y0);
  const float fz = z - static_cast<float>(z0);
  const auto left = static_cast<std::size_t>(x0 % kSide);
  const auto right = static_cast<std::size_t>((x0 + 1) % kSide);
  const float* top = tile_.data() + z0 * kCells + (y0 % kSide) * kSide;
  const float* bottom = tile_.data() + z0 * kCells + ((y0 + 1) % kSide) * kSide;
  const auto at_level = [&](int offset) {
    const float upper = top[left + static_cast<std::size_t>(offset)] * (1.0F - fx) +
                        top[right + static_cast<std::size_t>(offset)] * fx;
    const float lower = bottom[left + static_cast<std::size_t>(offset)] * (1.0F - fx) +
                        bottom[right + static_cast<std::size_t>(offset)] * fx;
    return upper * (1.0F - fy) + lower * fy;
  };
  return at_level(0) * (1.0F - fz) + at_level(kCells) * fz;
}

std::array<cv::Point2d, 2> square_lattice(double angle_deg, double per_unit) {
  const double angle = angle_deg * std::numbers::pi / 180;
  const cv::Point2d along(std::cos(angle) * per_unit, std::sin(angle) * per_unit);
  return {along, {-along.y, along.x}};
}

Image printed(const Image& image, const FaceAxes& axes, const InkScreens& screens, const Press& press) {
  const std::array<float, 256>& linear = linear_of_pixel();
  const SrgbEncoder& encoder = srgb_encoder();
  const auto dot_gain = static_cast<float>(press.dot_gain);
  const auto black_share = static_cast<float>(press.black_share);
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    const FaceLine line = axes.row(y);
    const std::uint8_t* from = image.bgr().ptr(y);
    std::uint8_t* to = out.ptr(y);
    for (std::size_t x = 0; x < static_cast<std::size_t>(image.width()); ++x) {
      const float bgr[3] = {linear[from[3 * x]], linear[from[3 * x + 1]], linear[from[3 * x + 2]]};
      const cv::Point2f place(line.u(x), line.v(x));
      std::array<float, 4> paper = inks_of(bgr, black_share);
      for (std::size_t i = 0; i < paper.size(); ++i) {
        const InkScreen& screen = screens[i];
        const float tone = gained(paper[i], dot_gain);
        paper[i] = 1.0F - screen.tile->ink(tone, place.dot(screen.first), place.dot(screen.second));
      }
      for (std::size_t c = 0; c < 3; ++c) to[3 * x + c] = encoder.encode(paper[2 - c] * paper[3]);
    }
  }
  return Image(out);
}

}  // namespace robench
