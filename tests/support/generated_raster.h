// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

namespace robench::generated {

/// What is seen through one sample of a picture: a place in a triangle.
struct Fragment {
  std::int32_t triangle = -1;  ///< -1: nothing
  float second = 0.0f;         ///< weights of the triangle's second and third corner
  float third = 0.0f;
};

/// The nearest triangle for each sample, and its depth (kFar where there is none).
struct Raster {
  static constexpr float kFar = -4.0f;

  cv::Size size;
  std::vector<Fragment> fragments;  ///< row by row
  cv::Mat1f depth;
};

/// Draws triangles over `projected` corners (sample coordinates, centres at integers; larger z =
/// nearer).
[[nodiscard]] Raster rasterize(const std::vector<std::array<std::uint32_t, 3>>& triangles,
                               const std::vector<cv::Point3f>& projected, cv::Size size);

}  // namespace robench::generated
