// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

#include "perturb/face_axes.h"
#include "perturb/random_stream.h"

namespace robench {

/// Random numbers over a picture, tied to the face: the same stream gives the same field at every
/// resolution and in every crop of a photograph.
struct GrainField {
  cv::Mat values;    // standard normal at every pixel, CV_32F, channels independent of each other
  double amplitude;  // 1; what averaging leaves of it where a pixel is larger than a grain
};

/// White noise on a lattice, made continuous by cubic B-splines. `grain` is the width of a grain in
/// inter-eye distances: at low frequencies the field is as strong as independent squares of that width.
/// Where a pixel is wider than that, the field is one of grains of a pixel, and `amplitude` says how
/// much of the true one would be left: grain over pixel.
[[nodiscard]] GrainField grain_field(const RandomStream& stream, const FaceAxes& axes, cv::Size picture,
                                     double grain, int channels);

}  // namespace robench
