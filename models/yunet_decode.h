// SPDX-License-Identifier: Apache-2.0
// What the numbers mean that the YuNet face detector gives (Wu, Peng and Yu 2023, "YuNet: a tiny
// millisecond-level face detector", Machine Intelligence Research 20; ShiqiYu/libfacedetection.train).
#pragma once

#include <array>
#include <span>
#include <vector>

#include "models/sample.h"

namespace robench {

/// A face in pixels of the network's input, whose top-left corner is (0, 0).
struct YunetFace {
  Box box;
  double score = 0;                   // root of class score times objectness, 0..1
  std::array<cv::Point2d, 5> points;  // image-left eye, image-right eye, nose, mouth corners
};

/// The outputs at one stride: one row for each cell of `stride` pixels, row by row.
struct YunetLevel {
  int stride = 0;
  std::span<const float> cls;   // 1 number a cell
  std::span<const float> obj;   // 1
  std::span<const float> bbox;  // 4: centre in cells from the cell's corner, log of the sides in cells
  std::span<const float> kps;   // 10: five points in cells from the cell's corner
};

/// Faces with at least `min_score`, from the highest score; of boxes that overlap by more than
/// `max_overlap` (intersection over union) the first alone. Numbers that are not finite give no face.
/// Requires: the spans hold (input / stride)^2 cells.
[[nodiscard]] std::vector<YunetFace> decode_yunet(std::span<const YunetLevel> levels, int input_side,
                                                  double min_score, double max_overlap);

/// The box that dlib's HOG detector would give for a face with these five points: dlib's landmarks were
/// trained in such boxes.
[[nodiscard]] Box hog_like_box(const std::array<cv::Point2d, 5>& points);

}  // namespace robench
