// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

namespace robench::generated {

/// A smooth function through knots, without overshoot (monotone cubic; Fritsch and Butland, 1984).
/// Constant outside of the first and last knot.
class Curve {
 public:
  /// Requires: at least two knots, x strictly rising.
  explicit Curve(std::vector<cv::Point2f> knots);

  [[nodiscard]] float operator()(float x) const;

 private:
  std::vector<cv::Point2f> knots_;
  std::vector<float> slopes_;
};

/// 0 up to `low`, 1 from `high`, smooth between; `low` may exceed `high`.
[[nodiscard]] inline float smooth_step(float low, float high, float x) {
  const float t = std::clamp((x - low) / (high - low), 0.0f, 1.0f);
  return t * t * (3.0f - 2.0f * t);
}

[[nodiscard]] inline float mix(float a, float b, float t) { return a + (b - a) * t; }
[[nodiscard]] inline cv::Point3f mix(const cv::Point3f& a, const cv::Point3f& b, float t) {
  return a + (b - a) * t;
}

[[nodiscard]] inline cv::Point3f unit(const cv::Point3f& v) {
  const float length = std::sqrt(v.dot(v));
  return length > 0.0f ? v * (1.0f / length) : cv::Point3f(0, 0, 1);
}

/// A 32-bit hash of (key, index): the only source of chance here.
[[nodiscard]] inline std::uint32_t hash(std::uint32_t key, std::uint32_t index) {
  std::uint32_t h = key * 0x9E3779B1u ^ (index + 0x7F4A7C15u) * 0x85EBCA77u;
  h = (h ^ (h >> 16)) * 0x7FEB352Du;  // the finaliser of Wellons' lowbias32
  h = (h ^ (h >> 15)) * 0x846CA68Bu;
  return h ^ (h >> 16);
}

/// hash() as a number in [0, 1).
[[nodiscard]] inline float hash01(std::uint32_t key, std::uint32_t index) {
  return static_cast<float>(hash(key, index) >> 8) * 0x1p-24f;
}

/// Smooth noise in [0, 1] with features of size one (bilinear value noise).
[[nodiscard]] float value_noise(float x, float y, std::uint32_t key);

}  // namespace robench::generated
