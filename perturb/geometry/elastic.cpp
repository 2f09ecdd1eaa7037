// SPDX-License-Identifier: Apache-2.0
// A smooth random displacement of every pixel (Simard, Steinkraus and Platt, ICDAR 2003): a crumpled or
// badly scanned print. Normal numbers on a grid of `wavelength` spacing that is fixed to the face, made
// smooth by uniform cubic B-splines; `amplitude` is the root mean square of each component.
//
// The result at x shows the source at x + d(x), so a source point p is seen where q + d(q) = p. The
// landmarks are found by iterating q <- p - d(q), which converges while neighbours stay in order.
#include <array>
#include <cmath>
#include <vector>

#include "perturb/warp.h"

namespace robench::perturbations {
namespace {

constexpr double kSmallestSpacingPx = 4;  // where a face of a few pixels would make millions of nodes
// Mean over a cell of the squared spline weights in both directions: (151/315)^2. Its root is the
// deviation that normal nodes of deviation 1 give.
constexpr double kSplineDeviation = 151.0 / 315.0;

std::array<float, 4> spline_weights(float t) {
  const float s = 1 - t;
  return {s * s * s / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * s * s * s - 6 * s * s + 4) / 6,
          t * t * t / 6};
}

class DisplacementField {
 public:
  DisplacementField(const FaceAxes& axes, cv::Size picture, double amplitude, double spacing,
                    const RandomStream& stream)
      : axes_(axes), spacing_(std::max(spacing, kSmallestSpacingPx / axes.unit_px())) {
    span_nodes(picture);
    const auto scale = static_cast<float>(amplitude / kSplineDeviation);
    for (int row = 0; row < rows_; ++row) {
      for (int column = 0; column < columns_; ++column) {
        const std::uint64_t index = 2 * node_number(first_.x + column, first_.y + row);
        nodes_.emplace_back(scale * static_cast<float>(stream.normal(index)),
                            scale * static_cast<float>(stream.normal(index + 1)));
      }
    }
  }

  /// In face units; zero outside of the picture's surroundings.
  [[nodiscard]] cv::Point2f at(cv::Point2f face) const {
    const cv::Point2f grid(face.x / static_cast<float>(spacing_) - static_cast<float>(first_.x),
                           face.y / static_cast<float>(spacing_) - static_cast<float>(first_.y));
    // Written so that a NaN is outside.
    if (!(grid.x >= 1 && grid.y >= 1 && grid.x < static_cast<float>(columns_ - 2) &&
          grid.y < static_cast<float>(rows_ - 2)))
      return {0, 0};
    const int column = static_cast<int>(grid.x);
    const int row = static_cast<int>(grid.y);
    const auto wx = spline_weights(grid.x - static_cast<float>(column));
    const auto wy = spline_weights(grid.y - static_cast<float>(row));
    cv::Point2f sum(0, 0);
    for (std::size_t j = 0; j < 4; ++j) {
      const cv::Point2f* nodes = node_row(row - 1 + static_cast<int>(j)) + column - 1;
      for (std::size_t i = 0; i < 4; ++i) sum += wx[i] * wy[j] * nodes[i];
    }
    return sum;
  }

 private:
  // Nodes that the picture's pixels need, and a cell around them.
  void span_nodes(cv::Size picture) {
    std::vector<cv::Point2f> corners;
    for (const float x : {0.0F, static_cast<float>(picture.width)})
      for (const float y : {0.0F, static_cast<float>(picture.height)})
        corners.push_back(axes_.from_pixel({x, y}));
    cv::Point2f low = corners.front();
    cv::Point2f high = low;
    for (const cv::Point2f& corner : corners) {
      low = {std::min(low.x, corner.x), std::min(low.y, corner.y)};
      high = {std::max(high.x, corner.x), std::max(high.y, corner.y)};
    }
    const auto cell = [&](float face) { return static_cast<int>(std::floor(face / spacing_)); };
    first_ = {cell(low.x) - 2, cell(low.y) - 2};
    columns_ = cell(high.x) + 4 - first_.x;
    rows_ = cell(high.y) + 4 - first_.y;
  }
  // The same node has the same number in every picture of the face.
  static std::uint64_t node_number(int column, int row) {
    constexpr std::int64_t kMiddle = std::int64_t{1} << 30;
    return static_cast<std::uint64_t>(kMiddle + row) << 31 |
           static_cast<std::uint64_t>(kMiddle + column);
  }
  [[nodiscard]] const cv::Point2f* node_row(int row) const {
    return nodes_.data() + static_cast<std::ptrdiff_t>(row) * columns_;
  }

  const FaceAxes& axes_;
  double spacing_;
  cv::Point first_;
  int columns_ = 0;
  int rows_ = 0;
  std::vector<cv::Point2f> nodes_;
};

Landmarks displaced(const Landmarks& landmarks, const FaceAxes& axes, const DisplacementField& field) {
  Landmarks result = landmarks;
  for (cv::Point2f& point : result.points) {
    const cv::Point2f source = axes.from_pixel(point);
    cv::Point2f seen = source;
    for (int i = 0; i < 30; ++i) seen = source - field.at(seen);
    point = axes.to_pixel(seen);
  }
  return result;
}

}  // namespace

PerturbationSpec elastic() {
  PerturbationSpec spec;
  spec.name = "elastic";
  spec.summary = "smooth random displacement of the pixels";
  spec.params = {
      {.name = "amplitude",
       .unit = "inter-eye distance",
       .summary = "root mean square of the displacement along each axis",
       .min = 0,
       .max = 0.3},
      {.name = "wavelength",
       .unit = "inter-eye distance",
       .summary = "spacing of the random grid",
       .min = 0.1,
       .max = 5,
       .default_value = 0.5},
  };
  spec.keeps_grey = true;
  spec.random = true;
  spec.alignment_error = true;
  spec.aliases = {"elastic_transform"};
  spec.strength = "amplitude";
  spec.ladder = {0.012, 0.025, 0.04, 0.055, 0.07};
  spec.ladder_source =
      "own: from below the error of a good landmark detector to a face that is bent but does not fold";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const double amplitude = params.number("amplitude");
    const double spacing = params.number("wavelength");
    return [=](const Image& image, const Frame& frame, const RandomStream& stream) {
      const cv::Size size = image.bgr().size();
      const FaceAxes axes(frame, size);
      const DisplacementField field(axes, size, amplitude, spacing, stream);
      Perturbed result(warped(image, source_map(size, [&](cv::Point2f pixel) {
                                const cv::Point2f face = axes.from_pixel(pixel);
                                return axes.to_pixel(face + field.at(face));
                              })));
      result.landmarks = displaced(frame.landmarks, axes, field);
      return result;
    };
  };
  return spec;
}

}  // namespace robench::perturbations
