// SPDX-License-Identifier: Apache-2.0
#include "perturb/background/parts/linear_blur.h"

#include <vector>

#include "perturb/gaussian_blurred.h"

namespace robench {
namespace {

constexpr float kNoWeight = 1e-6F;

cv::Mat times(const cv::Mat& values, const cv::Mat& weight) {
  std::vector<cv::Mat> channels;
  cv::split(values, channels);
  for (cv::Mat& channel : channels) channel = channel.mul(weight);
  cv::Mat product;
  cv::merge(channels, product);
  return product;
}

}  // namespace

cv::Mat weighted_blurred(const cv::Mat& values, const cv::Mat& weight, double sigma_px) {
  const cv::Mat weights = cv::max(gaussian_blurred(weight, sigma_px), kNoWeight);
  cv::Mat inverse;
  cv::divide(1.0, weights, inverse);
  return times(gaussian_blurred(times(values, weight), sigma_px), inverse);
}

}  // namespace robench
