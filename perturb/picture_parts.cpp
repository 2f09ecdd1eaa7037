// SPDX-License-Identifier: Apache-2.0
#include "perturb/picture_parts.h"

#include <opencv2/core.hpp>

namespace robench {

Image changed_in_parts(const Image& image, int max_side,
                       const std::function<Image(const Image&)>& change) {
  const cv::Size size = image.bgr().size();
  if (size.width <= max_side && size.height <= max_side) return change(image);
  cv::Rect first({0, 0}, size);
  cv::Rect second = first;
  if (size.width >= size.height) {
    first.width = second.x = size.width / 2;
    second.width -= first.width;
  } else {
    first.height = second.y = size.height / 2;
    second.height -= first.height;
  }
  cv::Mat out(size, CV_8UC3);
  for (const cv::Rect& part : {first, second})
    changed_in_parts(Image(image.bgr()(part)), max_side, change).bgr().copyTo(out(part));
  return Image(out);
}

}  // namespace robench
