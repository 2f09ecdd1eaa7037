// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

namespace robench {

/// A picture as every stage sees it: 8-bit BGR, sRGB-encoded, never empty, never changed.
///
/// Copies share pixels; sharing is safe because nobody can write through an Image.
class Image {
 public:
  /// Takes over `bgr`. Requires: non-empty, CV_8UC3, and no one else writes to its pixels afterwards.
  explicit Image(cv::Mat bgr);

  [[nodiscard]] int width() const { return bgr_.cols; }
  [[nodiscard]] int height() const { return bgr_.rows; }
  [[nodiscard]] const cv::Mat& bgr() const { return bgr_; }

  /// Same size and same pixel values.
  [[nodiscard]] bool operator==(const Image& other) const;

 private:
  cv::Mat bgr_;
};

}  // namespace robench
