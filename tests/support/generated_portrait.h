// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

#include "perturb/landmarks.h"
#include "tests/support/generated_face.h"

namespace robench::generated {

/// A canvas in linear light, (red, green, blue), 0..1 and above where it will clip.
using Canvas = cv::Mat3f;

/// Paints the person of `face` over `canvas` with soft edges; returns the exact landmarks.
Landmarks paint_person(Canvas& canvas, const PlacedFace& face);

/// A canvas with only the background. Its look follows the size, not the people in front.
[[nodiscard]] Canvas paint_backdrop(cv::Size size, Backdrop backdrop);

/// Encodes to 8-bit sRGB.
[[nodiscard]] Image develop(const Canvas& canvas);

}  // namespace robench::generated
