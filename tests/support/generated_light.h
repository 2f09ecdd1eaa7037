// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "tests/support/generated_mesh.h"
#include "tests/support/generated_paint.h"

namespace robench::generated {

/// One distant light, and light from everywhere.
struct Lighting {
  cv::Point3f to_light;  ///< unit, camera axes
  float ambient;         ///< share of the light that comes from everywhere, 0..1
};

/// How much of the one light arrives: a shadow map with soft edges (variance shadow maps; Donnelly and
/// Lauritzen, 2006).
class Shadows {
 public:
  Shadows(const Mesh& mesh, const std::vector<cv::Point3f>& posed, const cv::Point3f& to_light);

  /// 0 in full shadow, 1 in full light.
  [[nodiscard]] float light_at(const cv::Point3f& posed) const;

 private:
  [[nodiscard]] cv::Point3f from_light(const cv::Point3f& p) const;

  cv::Point3f to_light_, right_, up_;
  cv::Mat2f moments_;  // mean depth and mean squared depth around each place
};

/// Darkens hollows: where the neighbourhood is nearer than the point, little light from everywhere gets
/// in (depth darkening; Luft, Colditz and Deussen, 2006). Values 0..1; `eye_distance` in samples.
[[nodiscard]] cv::Mat1f openness(const cv::Mat1f& depth, float eye_distance);

/// The light that a place sends to the camera: Lambert with a warm edge on skin, Blinn-Phong, a faint
/// rim. `normal` and `view` (to the camera) are unit vectors in camera axes; `lit` from Shadows, `open`
/// from openness().
[[nodiscard]] Colour shade(const Paint& paint, const cv::Point3f& normal, const cv::Point3f& view,
                           const Lighting& light, float lit, float open);

}  // namespace robench::generated
