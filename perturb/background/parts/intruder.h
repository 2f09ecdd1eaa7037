// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "perturb/face_axes.h"
#include "perturb/other_faces.h"

namespace robench {

/// Where another person stands, in face units of the subject.
struct Standpoint {
  cv::Point2d eyes;  // midpoint of the other's eyes
  double scale = 1;  // the other's inter-eye distance over the subject's
  double roll_deg = 0;
  double blur = 0;  // standard deviation of the lens' blur, in the subject's inter-eye distances
};

/// A person cut out of another photograph and put in place: colours in linear light (CV_32FC3) and
/// cover (CV_32F), both of the size of the subject's picture.
struct PersonLayer {
  cv::Mat colours;
  cv::Mat cover;
};

/// Hair, neck and shoulders included. Where the other photograph ends the body goes on, by the generic
/// shape and with clothes drawn out from its lower border. Brightness, contrast and colour balance are
/// brought half of the way to those of `picture`, so that both seem to stand in one light.
[[nodiscard]] PersonLayer person_layer(const OtherFace& other, const Standpoint& where,
                                       const Image& picture, const FaceAxes& axes);

}  // namespace robench
