// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

#include "perturb/image.h"

namespace robench {

/// A small round thing that moved in a straight line while the shutter was open; lengths in pixels.
struct Streak {
  cv::Point2f centre;
  cv::Point2f half_way;  // from the centre to where the motion ends
  float radius;
  float blur;     // width of its soft edge, of a thing out of focus
  float opacity;  // share of the light behind it that it hides where it is sharp and at rest
};

/// Adds a streak to `cover` (CV_32F), the share of each pixel that is hidden. Motion and blur spread the
/// same shadow over more pixels, so they lower its opacity.
void add_streak(cv::Mat& cover, const Streak& streak);

/// The picture behind things of `light` (linear, 1 = white) that hide the share `cover` of each pixel,
/// with `passing` of its own light left and `veil` of light added everywhere.
[[nodiscard]] Image behind(const Image& image, const cv::Mat& cover, float light, float passing = 1,
                           float veil = 0);

}  // namespace robench
