// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

namespace robench {

/// Gaussian blur of floats, any number of channels, borders repeated. A wide one is made at a lower
/// resolution, where it costs the same and differs by less than a pixel value; sigma 0 changes nothing.
[[nodiscard]] cv::Mat gaussian_blurred(const cv::Mat& values, double sigma_px);

/// The same of `values` seen through `weight` (CV_32F): pixels of weight 0 lend nothing to their
/// neighbours. Where no weight is near, 0.
[[nodiscard]] cv::Mat weighted_blurred(const cv::Mat& values, const cv::Mat& weight, double sigma_px);

}  // namespace robench
