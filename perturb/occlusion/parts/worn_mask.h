// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "perturb/occlusion/parts/occluder.h"

namespace robench {

/// How a mask over mouth and nose is cut and worn.
struct MaskFit {
  /// Where its upper edge crosses the nose: 0 = under the nostrils, 1 = at the bridge.
  float nose_coverage = 1;
  /// Wide: cheeks covered as far as the jaw goes up; round: a cup before mouth and nose.
  bool wide = true;
};

/// A place on the cloth.
struct MaskPlace {
  float down;    // 0 at the upper edge, 1 at the lower edge
  float across;  // -1 at the left side, 0 on the nose, 1 at the right side
  cv::Point2f face;
};

/// Paints a mask that follows jaw, chin and the bridge of the nose, with loops to the ears and the
/// shadow at its edge. `cloth` gives reflectance times relief; the roundness of the face is added here.
void wear_mask(Occluder& occluder, const MaskFit& fit, cv::Vec3f loop_colour,
               const std::function<cv::Vec3f(const MaskPlace&)>& cloth);

}  // namespace robench
