// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "perturb/face_axes.h"
#include "perturb/image.h"
#include "perturb/perturbation.h"

namespace robench {

/// Where each pixel of a result comes from: CV_32FC2, of the picture's size.
using SourceMap = cv::Mat;
template <class SourceOf>
[[nodiscard]] SourceMap source_map(cv::Size size, const SourceOf& source_of) {
  SourceMap map(size, CV_32FC2);
  for (int y = 0; y < size.height; ++y) {
    auto* row = map.ptr<cv::Point2f>(y);
    for (int x = 0; x < size.width; ++x)
      row[x] = source_of(cv::Point2f(static_cast<float>(x), static_cast<float>(y)));
  }
  return map;
}

/// The picture drawn anew by bicubic interpolation; whole-pixel positions are exact. Beyond the border
/// the nearest pixel is repeated, as in crop_face. Positions are rounded to 1/32 pixel.
[[nodiscard]] Image warped(const Image& image, const SourceMap& map);

/// The picture low-passed as it must be before it is drawn at `scale` times its size, so that it does
/// not alias; exactly itself for scale >= 1.
[[nodiscard]] Image low_passed_for(const Image& image, double scale);

/// A similarity in the plane: z -> turn * z + shift, with points as complex numbers x + iy.
struct Similarity {
  cv::Point2d turn{1, 0};  // scale and rotation
  cv::Point2d shift{0, 0};

  [[nodiscard]] cv::Point2d operator()(cv::Point2d z) const {
    return {turn.x * z.x - turn.y * z.y + shift.x, turn.y * z.x + turn.x * z.y + shift.y};
  }
  [[nodiscard]] Similarity inverse() const;
};

/// Picture and landmarks moved by a similarity that is given in face units (see FaceAxes). A face that
/// shrinks is low-passed first, so that it does not alias. The identity gives back every pixel.
[[nodiscard]] Perturbed moved(const Image& image, const Frame& frame, const Similarity& in_face_units);

}  // namespace robench
