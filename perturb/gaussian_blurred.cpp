// SPDX-License-Identifier: Apache-2.0
#include "perturb/gaussian_blurred.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace robench {
namespace {

constexpr double kNarrowest = 1e-3;  // in pixels; lies within one pixel

}  // namespace

cv::Mat gaussian_blurred(const cv::Mat& picture, double sigma_px) {
  constexpr double kSmallSigma = 6;  // what remains at the lower resolution, at least
  const double sigma = std::max(sigma_px, kNarrowest);
  cv::Mat blurred;
  if (sigma < 2 * kSmallSigma) {
    cv::GaussianBlur(picture, blurred, {}, sigma, sigma, cv::BORDER_REFLECT);
    return blurred;
  }
  const double factor = std::floor(sigma / kSmallSigma);
  const auto smaller = [&](int side) { return std::max(1, cvRound(side / factor)); };
  const cv::Size small(smaller(picture.cols), smaller(picture.rows));
  // What averaging down and linear interpolation up blur by themselves: factor^2 (1/12 + 1/6).
  const auto remaining = [&](double scale) { return std::sqrt(sigma * sigma / (scale * scale) - 0.25); };
  cv::resize(picture, blurred, small, 0, 0, cv::INTER_AREA);
  cv::GaussianBlur(blurred, blurred, {}, remaining(static_cast<double>(picture.cols) / small.width),
                   remaining(static_cast<double>(picture.rows) / small.height), cv::BORDER_REFLECT);
  cv::resize(blurred, blurred, picture.size(), 0, 0, cv::INTER_LINEAR);
  return blurred;
}

}  // namespace robench
