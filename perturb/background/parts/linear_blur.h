// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

namespace robench {

/// gaussian_blurred() of `values` seen through `weight` (CV_32F): pixels of weight 0 lend nothing to
/// their neighbours. Where no weight is near, 0.
[[nodiscard]] cv::Mat weighted_blurred(const cv::Mat& values, const cv::Mat& weight, double sigma_px);

}  // namespace robench
