// SPDX-License-Identifier: Apache-2.0
#include "perturb/picture_similarity.h"

#include <cmath>
#include <limits>

#include <opencv2/imgproc.hpp>

#include "perturb/error.h"

namespace robench {
namespace {

cv::Mat luma_of(const Image& image) {
  cv::Mat grey;
  cv::cvtColor(image.bgr(), grey, cv::COLOR_BGR2GRAY);
  cv::Mat luma;
  grey.convertTo(luma, CV_64F);  // squares minus squares below
  return luma;
}

cv::Mat window_mean(const cv::Mat& values) {
  cv::Mat mean;
  cv::GaussianBlur(values, mean, {11, 11}, 1.5, 1.5, cv::BORDER_REFLECT_101);
  return mean;
}

}  // namespace

double psnr_db(const Image& a, const Image& b) {
  ROBENCH_ASSERT(a.bgr().size() == b.bgr().size());
  const double squared = cv::norm(a.bgr(), b.bgr(), cv::NORM_L2SQR);
  if (squared == 0) return std::numeric_limits<double>::infinity();
  const double mean_squared = squared / (3.0 * a.width() * a.height());
  return 10 * std::log10(255.0 * 255.0 / mean_squared);
}

double ssim(const Image& a, const Image& b) {
  ROBENCH_ASSERT(a.bgr().size() == b.bgr().size());
  constexpr double kLuminance = 0.01 * 255 * 0.01 * 255;
  constexpr double kContrast = 0.03 * 255 * 0.03 * 255;
  const cv::Mat x = luma_of(a);
  const cv::Mat y = luma_of(b);
  const cv::Mat mean_x = window_mean(x);
  const cv::Mat mean_y = window_mean(y);
  const cv::Mat mean_xy = mean_x.mul(mean_y);
  const cv::Mat squares = mean_x.mul(mean_x) + mean_y.mul(mean_y);
  const cv::Mat covariance = window_mean(x.mul(y)) - mean_xy;
  const cv::Mat variances = window_mean(x.mul(x) + y.mul(y)) - squares;
  const cv::Mat similar = (2 * mean_xy + kLuminance).mul(2 * covariance + kContrast);
  const cv::Mat scale = (squares + kLuminance).mul(variances + kContrast);
  cv::Mat ratio;
  cv::divide(similar, scale, ratio);
  return cv::mean(ratio)[0];
}

}  // namespace robench
