// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_raster.h"

#include <algorithm>
#include <cmath>

namespace robench::generated {
namespace {

constexpr float kSeam = 1e-4f;  // overlap that keeps rounding from opening cracks between neighbours

float twice_area(const cv::Point3f& a, const cv::Point3f& b, float x, float y) {
  return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
}

void draw(Raster& raster, std::int32_t index, const cv::Point3f& a, const cv::Point3f& b,
          const cv::Point3f& c) {
  const float area = twice_area(a, b, c.x, c.y);
  if (area == 0.0f) return;
  const auto first = [](float low) { return std::max(0, static_cast<int>(std::ceil(low))); };
  const auto last = [](float high, int count) {
    return std::min(count - 1, static_cast<int>(std::floor(high)));
  };
  const int left = first(std::min({a.x, b.x, c.x}));
  const int right = last(std::max({a.x, b.x, c.x}), raster.size.width);
  const int top = first(std::min({a.y, b.y, c.y}));
  const int bottom = last(std::max({a.y, b.y, c.y}), raster.size.height);
  for (int row = top; row <= bottom; ++row) {
    float* depth = raster.depth[row];
    Fragment* fragments = raster.fragments.data() + static_cast<std::ptrdiff_t>(row) * raster.size.width;
    for (int column = left; column <= right; ++column) {
      const auto x = static_cast<float>(column);
      const auto y = static_cast<float>(row);
      const float second = twice_area(c, a, x, y) / area;
      const float third = twice_area(a, b, x, y) / area;
      if (second < -kSeam || third < -kSeam || second + third > 1.0f + kSeam) continue;
      const float z = a.z + second * (b.z - a.z) + third * (c.z - a.z);
      if (z <= depth[column]) continue;
      depth[column] = z;
      fragments[column] = {index, second, third};
    }
  }
}

}  // namespace

Raster rasterize(const std::vector<std::array<std::uint32_t, 3>>& triangles,
                 const std::vector<cv::Point3f>& projected, cv::Size size) {
  Raster raster{size, std::vector<Fragment>(static_cast<std::size_t>(size.area())),
                cv::Mat1f(size, Raster::kFar)};
  for (std::size_t i = 0; i < triangles.size(); ++i) {
    const auto& [a, b, c] = triangles[i];
    draw(raster, static_cast<std::int32_t>(i), projected[a], projected[b], projected[c]);
  }
  return raster;
}

}  // namespace robench::generated
