// SPDX-License-Identifier: Apache-2.0
#include "perturb/imagenet_c/parts/gaussian_filter.h"

#include <cmath>
#include <cstddef>

#include <opencv2/imgproc.hpp>

#include "perturb/imagenet_c/parts/pixel_floor.h"

namespace robench {

std::vector<float> gaussian_weights(double sigma, double truncate) {
  const int radius = static_cast<int>(truncate * sigma + 0.5);
  std::vector<double> exact;
  double sum = 0;
  for (int i = -radius; i <= radius; ++i) {
    exact.push_back(i == 0 ? 1.0 : std::exp(-0.5 * i * i / (sigma * sigma)));
    sum += exact.back();
  }
  std::vector<float> weights;
  for (const double weight : exact) weights.push_back(static_cast<float>(weight / sum));
  return weights;
}

Image gaussian_blurred(const Image& image, double sigma) {
  const std::vector<float> weights = gaussian_weights(sigma);
  cv::Mat blurred;
  cv::sepFilter2D(image.bgr(), blurred, CV_32F, weights, weights, {-1, -1}, 0,
                  cv::BORDER_REPLICATE | cv::BORDER_ISOLATED);
  return floored(blurred);
}

cv::Mat gaussian_blurred(const cv::Mat& field, double sigma_x, double sigma_y, double truncate,
                         int border) {
  cv::Mat blurred;
  cv::sepFilter2D(field, blurred, CV_32F, gaussian_weights(sigma_x, truncate),
                  gaussian_weights(sigma_y, truncate), {-1, -1}, 0, border);
  return blurred;
}

}  // namespace robench
