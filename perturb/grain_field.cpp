// SPDX-License-Identifier: Apache-2.0
#include "perturb/grain_field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace robench {
namespace {

// The integral of the squared cubic B-spline: what it leaves of the variance, averaged over positions.
constexpr double kVarianceLeft = 151.0 / 315.0;
// A narrower lattice would cost much and change nothing: a pixel holds its mean only.
constexpr double kNarrowestPitch = 0.5;  // pixels
constexpr int kTaps = 7;                 // 4 of the spline and 2 of the pixel at that pitch, and 1

// Integral of the cubic B-spline from -2 to t.
double spline_integral(double t) {
  constexpr std::array<double, 5> kBinomial = {1, -4, 6, -4, 1};
  const double end = std::clamp(t, -2.0, 2.0);
  double sum = 0;
  for (std::size_t k = 0; k < kBinomial.size(); ++k) {
    const double s = std::max(0.0, end + 2 - static_cast<double>(k));
    sum += kBinomial[k] * s * s * s * s;
  }
  return sum / 24;
}

// What the lattice points from `first` on bring to one pixel; squares sum to 1.
struct PixelTaps {
  std::int64_t first;
  std::array<float, kTaps> weight;
};

struct Axis {
  std::vector<PixelTaps> pixels;
  double amplitude;
};

Axis axis_of(int count, double origin_px, double pitch_px) {
  Axis axis{std::vector<PixelTaps>(static_cast<std::size_t>(count)), 0};
  const double half_pixel = 0.5 / pitch_px;
  double variance = 0;
  for (std::size_t p = 0; p < axis.pixels.size(); ++p) {
    const double at = (static_cast<double>(p) - origin_px) / pitch_px;
    PixelTaps& taps = axis.pixels[p];
    taps.first = static_cast<std::int64_t>(std::ceil(at - 2 - half_pixel));
    std::array<double, kTaps> weight{};
    double squares = 0;
    for (std::size_t k = 0; k < kTaps; ++k) {
      const double d = at - static_cast<double>(taps.first + static_cast<std::int64_t>(k));
      weight[k] = (spline_integral(d + half_pixel) - spline_integral(d - half_pixel)) / (2 * half_pixel);
      squares += weight[k] * weight[k];
    }
    for (std::size_t k = 0; k < kTaps; ++k)
      taps.weight[k] = static_cast<float>(weight[k] / std::sqrt(squares));
    variance += squares / kVarianceLeft;
  }
  axis.amplitude = std::sqrt(variance / count);
  return axis;
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
    if (weight == 0) continue;
    const std::vector<float>& row = lattice.row(down.first + static_cast<std::int64_t>(k));
    for (std::size_t i = 0; i < across.size(); ++i) across[i] += weight * row[i];
  }
}

}  // namespace

GrainField grain_field(const RandomStream& stream, const FaceAxes& axes, cv::Size picture, double grain,
                       int channels) {
  const double wanted_pitch = grain * axes.unit_px() * kVarianceLeft;
  const double pitch = std::max(wanted_pitch, kNarrowestPitch);
  const cv::Point2d origin = axes.to_pixel({0, 0});
  const Axis x_axis = axis_of(picture.width, origin.x, pitch);
  const Axis y_axis = axis_of(picture.height, origin.y, pitch);
  const std::int64_t first = (x_axis.pixels.front().first & ~std::int64_t{3});
  Lattice lattice(stream, first, x_axis.pixels.back().first + kTaps, channels);

  GrainField field{cv::Mat(picture, CV_MAKETYPE(CV_32F, channels)),
                   x_axis.amplitude * y_axis.amplitude * std::min(1.0, wanted_pitch / pitch)};
  std::vector<float> across(lattice.row_values());
  const auto step = static_cast<std::size_t>(channels);
  for (int y = 0; y < picture.height; ++y) {
    add_rows(lattice, y_axis.pixels[static_cast<std::size_t>(y)], across);
    float* to = field.values.ptr<float>(y);
    for (const PixelTaps& taps : x_axis.pixels) {
      const float* from = across.data() + static_cast<std::size_t>(taps.first - first) * step;
      for (std::size_t c = 0; c < step; ++c) {
        float sum = 0;
        for (std::size_t k = 0; k < kTaps; ++k) sum += taps.weight[k] * from[k * step + c];
        *to++ = sum;
      }
    }
  }
  return field;
}

}  // namespace robench
