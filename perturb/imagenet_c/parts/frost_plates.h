// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include <opencv2/core.hpp>

namespace robench {

/// Five panes of frosted glass, CV_8UC3, drawn once from fixed random numbers: feathers of ice over a
/// veil. Mean and standard deviation of each channel are those of the five photographs that ImageNet-C
/// uses, of which two are the same; no pixel is theirs.
[[nodiscard]] const std::array<cv::Mat, 5>& frost_plates();

}  // namespace robench
