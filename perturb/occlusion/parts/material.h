// SPDX-License-Identifier: Apache-2.0
// What occluders are made of: colours and the fine relief of cloth. Fixed patterns, no random numbers.
#pragma once

#include <cstdint>

#include <opencv2/core.hpp>

namespace robench {

/// Linear blue, green, red of a colour as one writes it, 0xRRGGBB in sRGB.
[[nodiscard]] cv::Vec3f reflectance(std::uint32_t rgb);

/// Smooth noise in [-1, 1] with one bump per unit of length.
[[nodiscard]] float smooth_noise(cv::Point2f p);

/// Shading of threads and stitches around 1. Lengths in inter-eye distances; where a thread is narrower
/// than two pixels the relief fades to 1, as in a photograph.
[[nodiscard]] float woven(cv::Point2f p, float unit_px);
[[nodiscard]] float knitted(cv::Point2f p, float unit_px);

}  // namespace robench
