// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include <opencv2/core.hpp>

namespace robench {

/// Shares of the 256 code values among the pixels of `luma` where `mask` is not 0; sums to 1, or is all
/// 0 for an empty mask. Requires: equal sizes.
[[nodiscard]] std::array<double, 256> luma_shares(const cv::Mat1b& luma, const cv::Mat1b& mask);

/// Share of the pixels with a code value in [first, last]; NaN for an empty mask.
[[nodiscard]] double share_between(const cv::Mat1b& luma, const cv::Mat1b& mask, int first, int last);

}  // namespace robench
