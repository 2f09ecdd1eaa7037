// SPDX-License-Identifier: Apache-2.0
#include "perturb/grain_field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace robench {
namespace {

// Pitch of the lattice over the width of a grain: the integral of the squared cubic B-spline, so that
// the noise is as strong at low frequencies as squares of one grain.
constexpr double kPitchOfGrain = 151.0 / 315.0;
constexpr int kTaps = 4;

// The four cubic B-splines that reach a point `t` of the way from the second's centre to the third's.
std::array<double, kTaps> spline_weights(double t) {
  const double s = 1 - t;
  return {s * s * s / 6, (4 - 3 * t * t * (2 - t)) / 6, (4 - 3 * s * s * (2 - s)) / 6, t * t * t / 6};
}

// What the lattice points from `first` on bring to one pixel; squares sum to 1.
struct PixelTaps {
  std::int64_t first;
  std::array<float, kTaps> weight;
};

std::vector<PixelTaps> taps_along(int count, double origin_px, double pitch_px) {
  std::vector<PixelTaps> pixels(static_cast<std::size_t>(count));
  for (std::size_t p = 0; p < pixels.size(); ++p) {
    const double at = (static_cast<double>(p) - origin_px) / pitch_px;
    const double cell = std::floor(at);
    const std::array<double, kTaps> weight = spline_weights(at - cell);
    double squares = 0;
    for (const double w : weight) squares += w * w;
    pixels[p].first = static_cast<std::int64_t>(cell) - 1;
    for (std::size_t k = 0; k < kTaps; ++k)
      pixels[p].weight[k] = static_cast<float>(weight[k] / std::sqrt(squares));
  }
  return pixels;
}

// The lattice rows that one row of pixels needs; each is drawn once.
class Lattice {
 public:
  Lattice(const RandomStream& stream, std::int64_t first_column, std::int64_t end_column, int channels)
      : stream_(stream),
        first_value_((first_column + kOffset) * channels),
        row_values_(static_cast<std::size_t>((end_column - first_column) * channels)) {
    row_of_slot_.fill(-kOffset);
  }
  [[nodiscard]] std::size_t row_values() const { return row_values_; }
  const std::vector<float>& row(std::int64_t j) {
    const auto slot = static_cast<std::size_t>((j + kOffset) % kTaps);
    if (row_of_slot_[slot] != j) {
      const std::int64_t row_start = (j + kOffset) << 27;  // room for 2^27 values
      rows_[slot].resize(row_values_);
      stream_.fill_normal(static_cast<std::uint64_t>(row_start + first_value_), rows_[slot].data(),
                          row_values_);
      row_of_slot_[slot] = j;
    }
    return rows_[slot];
  }

 private:
  static constexpr std::int64_t kOffset = 1 << 24;  // landmarks lie within 1e6 pixels
  const RandomStream& stream_;
  std::int64_t first_value_;  // a multiple of 4, as fill_normal asks
  std::size_t row_values_;
  std::array<std::vector<float>, kTaps> rows_;
  std::array<std::int64_t, kTaps> row_of_slot_{};
};

// across[i] = the lattice rows of one row of pixels, weighted and added.
void add_rows(Lattice& lattice, const PixelTaps& down, std::vector<float>& across) {
  std::fill(across.begin(), across.end(), 0.0F);
  for (std::size_t k = 0; k < kTaps; ++k) {
    const float weight = down.weight[k];
    const std::vector<float>& row = lattice.row(down.first + static_cast<std::int64_t>(k));
    for (std::size_t i = 0; i < across.size(); ++i) across[i] += weight * row[i];
  }
}

}  // namespace

GrainField grain_field(const RandomStream& stream, const FaceAxes& axes, cv::Size picture, double grain,
                       int channels) {
  const double grain_px = grain * axes.unit_px();
  const double pitch_px = std::max(1.0, grain_px) * kPitchOfGrain;
  const cv::Point2d origin = axes.to_pixel({0, 0});
  const std::vector<PixelTaps> columns = taps_along(picture.width, origin.x, pitch_px);
  const std::vector<PixelTaps> rows = taps_along(picture.height, origin.y, pitch_px);
  const std::int64_t first = columns.front().first & ~std::int64_t{3};
  Lattice lattice(stream, first, columns.back().first + kTaps, channels);

  GrainField field{cv::Mat(picture, CV_MAKETYPE(CV_32F, channels)), std::min(1.0, grain_px)};
  std::vector<float> across(lattice.row_values());
  const auto step = static_cast<std::size_t>(channels);
  for (int y = 0; y < picture.height; ++y) {
    add_rows(lattice, rows[static_cast<std::size_t>(y)], across);
    float* to = field.values.ptr<float>(y);
    for (const PixelTaps& taps : columns) {
      const float* from = across.data() + static_cast<std::size_t>(taps.first - first) * step;
      for (std::size_t c = 0; c < step; ++c) {
        *to++ = taps.weight[0] * from[c] + taps.weight[1] * from[step + c] +
                taps.weight[2] * from[2 * step + c] + taps.weight[3] * from[3 * step + c];
      }
    }
  }
  return field;
}

}  // namespace robench
