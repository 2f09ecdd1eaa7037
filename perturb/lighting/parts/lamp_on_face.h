// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <opencv2/core.hpp>

#include "perturb/face_shape.h"

namespace robench {

/// What one distant lamp does to a face that was lit from the camera: attached shadow (the surface
/// turns away from the lamp) and cast shadow (nose, brow or cheek stand before it).
///
/// Computed once on a grid in face units, so that it is the same at every resolution.
class LampOnFace {
 public:
  /// `to_lamp`: unit vector to image right along the eyes, down the face, to the camera.
  LampOnFace(const FaceShape& shape, const cv::Point3f& to_lamp);

  /// Light on each place along a line, over the light of the same lamp at the camera.
  void light_along(const FaceLine& line, std::vector<float>& light) const;
  /// How bright the lit part of the face is, by the camera: the mean light that it sends on, each place
  /// counted by its light. About 0.85 for a lamp at the camera.
  [[nodiscard]] float lit_skin() const { return lit_skin_; }

 private:
  cv::Mat1f light_;  // rows: v, columns: u
  float lit_skin_ = 1.0F;
};

}  // namespace robench
