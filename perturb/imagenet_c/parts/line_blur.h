// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <opencv2/core.hpp>

namespace robench {

/// Motion along a straight line as ImageNet-C has it: copies of the picture, each moved by whole pixels
/// along the line and weighted by half of a Gaussian, so that the trail lies on one side only.
class LineBlur {
 public:
  /// 2 radius + 1 copies, a pixel apart; `sigma` in pixels. Points trail to image left at 0 degrees and
  /// up at 90.
  LineBlur(int radius, double sigma, double angle_deg);
  /// CV_32F with any number of channels; edges are continued.
  [[nodiscard]] cv::Mat apply(const cv::Mat& picture) const;

 private:
  struct Copy {
    int dx, dy;  // of the pixel that is read
    float weight;
  };
  std::vector<Copy> copies_;
  int reach_ = 0;  // largest |dx| or |dy|
};

}  // namespace robench
