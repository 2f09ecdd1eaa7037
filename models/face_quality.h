// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/face.h"

namespace robench {

/// Raised by any change of the numbers; part of the keys of what holds them.
inline constexpr int kFaceQualityVersion = 1;

/// What a photograph itself gives of a face, for comparing populations of photographs.
struct FaceQuality {
  float brightness = 0;  // mean luma (BT.601 of sRGB code values) over the face, 0..1
  /// SD of the Laplacian of luma (variance of the Laplacian: Pech-Pacheco et al. 2000, ICPR 3:314), over
  /// the face at 40 px between the eyes: small and blurred faces both have little. Luma steps of 0..1.
  float sharpness = 0;
};

/// Over the square of two inter-eye distances in the middle of the crop.
[[nodiscard]] FaceQuality face_quality(const FaceCrop& crop);

}  // namespace robench
