// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <opencv2/core.hpp>

#include "models/model_card.h"

namespace robench {

/// Eye centres of a face that fits the template exactly, in pixels of the model's input.
struct TemplateEyes {
  cv::Point2d left;
  cv::Point2d right;
};
[[nodiscard]] TemplateEyes template_eyes(const Template& align);

/// Whether the whole input of the model lies inside of the face crop (models/face.h), for a face that
/// fits the template exactly. Otherwise part of the input would show replicated borders.
[[nodiscard]] bool lies_inside_crop(const Template& align);

/// The similarity transform (rotation, one scale, translation) that brings `from` nearest to `to` in
/// least squares; never a reflection (Umeyama 1991). Requires: equal sizes, at least 2 points.
[[nodiscard]] cv::Matx23d least_squares_similarity(const std::vector<cv::Point2d>& from,
                                                   const std::vector<cv::Point2d>& to);

}  // namespace robench
