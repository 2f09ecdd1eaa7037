// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

#include "perturb/face_axes.h"
#include "perturb/random_stream.h"

namespace robench {

/// Random numbers over a picture, tied to the face: the same stream gives the same field at every
/// resolution and in every crop of a photograph.
struct GrainField {
  cv::Mat values;  // standard normal at every pixel, CV_32F, channels independent of each other
  double
      amplitude;  // standard deviation that a pixel as large as this one leaves of unit noise, in (0, 1]
};

/// White noise of unit variance on a lattice, made continuous by cubic B-splines and averaged over each
/// pixel. `grain` is the width of a grain in inter-eye distances: independent squares of that
/// width would be as strong at low frequencies. Where a pixel is larger than a grain, the noise averages
/// out within it, and `amplitude` falls.
[[nodiscard]] GrainField grain_field(const RandomStream& stream, const FaceAxes& axes, cv::Size picture,
                                     double grain, int channels);

}  // namespace robench
