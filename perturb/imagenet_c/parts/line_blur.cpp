// SPDX-License-Identifier: Apache-2.0
#include "perturb/imagenet_c/parts/line_blur.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <numbers>

#include "perturb/imagenet_c/parts/weighted_rows.h"

namespace robench {
namespace {

// Nearest whole step; half steps go towards minus infinity.
int step(double distance) { return static_cast<int>(std::ceil(distance - 0.5)); }

}  // namespace

LineBlur::LineBlur(int radius, double sigma, double angle_deg) {
  const double angle = angle_deg * std::numbers::pi / 180.0;
  const int count = 2 * radius + 1;
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += std::exp(-0.5 * i * i / (sigma * sigma));
  for (int i = 0; i < count; ++i) {
    const double weight = std::exp(-0.5 * i * i / (sigma * sigma)) / sum;
    copies_.push_back(
        {step(i * std::cos(angle)), step(i * std::sin(angle)), static_cast<float>(weight)});
    reach_ = std::max({reach_, std::abs(copies_.back().dx), std::abs(copies_.back().dy)});
  }
}

cv::Mat LineBlur::apply(const cv::Mat& picture) const {
  cv::Mat padded;
  cv::copyMakeBorder(picture, padded, reach_, reach_, reach_, reach_,
                     cv::BORDER_REPLICATE | cv::BORDER_ISOLATED);
  const int channels = picture.channels();
  cv::Mat blurred(picture.size(), picture.type());
  std::vector<WeightedRow> rows(copies_.size());
  for (int y = 0; y < picture.rows; ++y) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Copy& copy = copies_[i];
      rows[i] = {padded.ptr<float>(y + reach_ + copy.dy) + channels * (reach_ + copy.dx), copy.weight};
    }
    sum_rows(rows, channels * picture.cols, blurred.ptr<float>(y));
  }
  return blurred;
}

}  // namespace robench
