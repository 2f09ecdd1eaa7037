// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

#include "perturb/image.h"

namespace robench {

/// The picture as linear light in [0, 1], BGR, CV_32FC3.
[[nodiscard]] cv::Mat linear_light(const Image& image);
/// Encoded again, clipped to [0, 1]; from_linear_light(linear_light(image)) == image.
[[nodiscard]] Image from_linear_light(const cv::Mat& light);

}  // namespace robench
