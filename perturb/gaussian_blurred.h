// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

namespace robench {

/// `picture` (CV_32F, any channels) under a Gaussian. Above 12 px it is computed at a lower
/// resolution; an edge of 255 levels then errs by less than half a level.
[[nodiscard]] cv::Mat gaussian_blurred(const cv::Mat& picture, double sigma_px);

}  // namespace robench
