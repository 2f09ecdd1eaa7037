// SPDX-License-Identifier: Apache-2.0
#include "perturb/background/parts/linear_blur.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace robench {
namespace {

constexpr double kWideSigmaPx = 8;
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

cv::Mat gaussian_blurred(const cv::Mat& values, double sigma_px) {
  // Halved until the blur is narrow; the area means of a shrink by f add a variance of (f^2 - 1) / 12.
  double factor = 1;
  while (sigma_px / factor > kWideSigmaPx) factor *= 2;
  cv::Mat small = values;
  const cv::Size size = values.size();
  if (factor > 1)
    cv::resize(values, small,
               {std::max(1, static_cast<int>(std::lround(size.width / factor))),
                std::max(1, static_cast<int>(std::lround(size.height / factor)))},
               0, 0, cv::INTER_AREA);
  const double variance = sigma_px * sigma_px - (factor * factor - 1) / 12;
  const double sigma = std::max(1e-6, std::sqrt(std::max(0.0, variance)) / factor);
  const int radius = static_cast<int>(std::ceil(3.5 * sigma));
  cv::Mat blurred;
  cv::GaussianBlur(small, blurred, {2 * radius + 1, 2 * radius + 1}, sigma, sigma, cv::BORDER_REPLICATE);
  if (factor == 1) return blurred;
  cv::Mat full;
  cv::resize(blurred, full, size, 0, 0, cv::INTER_CUBIC);
  return full;
}

cv::Mat weighted_blurred(const cv::Mat& values, const cv::Mat& weight, double sigma_px) {
  const cv::Mat weights = cv::max(gaussian_blurred(weight, sigma_px), kNoWeight);
  cv::Mat inverse;
  cv::divide(1.0, weights, inverse);
  return times(gaussian_blurred(times(values, weight), sigma_px), inverse);
}

}  // namespace robench
