// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <opencv2/core.hpp>

#include "perturb/image.h"

namespace robench {

/// Weights of a sampled Gaussian, normalised, cut at `truncate` standard deviations as SciPy cuts it:
/// 2 floor(truncate sigma + 1/2) + 1 of them. sigma 0 gives the one weight 1.
[[nodiscard]] std::vector<float> gaussian_weights(double sigma, double truncate = 4.0);

/// The picture under a Gaussian of `sigma` pixels cut at 4 sigma, its edges continued, rounded down.
[[nodiscard]] Image gaussian_blurred(const Image& image, double sigma);

/// A CV_32FC1 field under a Gaussian; `border` is cv::BORDER_REPLICATE or cv::BORDER_REFLECT.
[[nodiscard]] cv::Mat gaussian_blurred(const cv::Mat& field, double sigma_x, double sigma_y,
                                       double truncate, int border);

}  // namespace robench
