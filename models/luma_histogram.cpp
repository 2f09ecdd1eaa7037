// SPDX-License-Identifier: Apache-2.0
#include "models/luma_histogram.h"

#include <limits>

namespace robench {

std::array<double, 256> luma_shares(const cv::Mat1b& luma, const cv::Mat1b& mask) {
  std::array<double, 256> share{};
  double count = 0;
  for (int y = 0; y < luma.rows; ++y) {
    for (int x = 0; x < luma.cols; ++x) {
      if (mask(y, x) == 0) continue;
      ++share[luma(y, x)];
      ++count;
    }
  }
  if (count > 0)
    for (double& each : share) each /= count;
  return share;
}

double share_between(const cv::Mat1b& luma, const cv::Mat1b& mask, int first, int last) {
  const auto share = luma_shares(luma, mask);
  double all = 0;
  double inside = 0;
  for (int value = 0; value < 256; ++value) {
    all += share[static_cast<std::size_t>(value)];
    if (value >= first && value <= last) inside += share[static_cast<std::size_t>(value)];
  }
  return all > 0 ? inside : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace robench
