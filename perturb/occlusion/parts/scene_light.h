// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

#include "perturb/face_hull.h"
#include "perturb/image.h"

namespace robench {

/// The light in which something put before the face must be painted to belong to the photograph: dark in
/// a dark picture, lit from the side from which the face is lit, grey in a picture without colour.
///
/// Level: the brightest tenth of the face's pixels, in linear light, is taken for skin in full light
/// that reflects 0.6; a picture that is brighter than such a face raises it, by 1.6 at most, because the
/// skin may be dark. A plane through the face's light gives the side. Nothing is known of its colour.
class SceneLight {
 public:
  SceneLight(const Image& image, const FaceFit& fit, const FaceHull& hull);

  /// 1 = a surface that reflects everything is just white.
  [[nodiscard]] float level() const { return level_; }
  /// Light on a surface before the face at a place in face units.
  [[nodiscard]] float at(cv::Point2f face) const;
  /// The reflectance as this picture shows it: without hue in a picture without colour.
  [[nodiscard]] cv::Vec3f shown(cv::Vec3f bgr_reflectance) const;
  /// Mean linear light of the face, where it is neither dark nor glaring: its skin.
  [[nodiscard]] cv::Vec3f skin() const { return skin_; }

 private:
  float level_ = 0.5F;
  cv::Point2f slope_{};  // share of the level per face unit
  cv::Point2f middle_{};
  float colourfulness_ = 1;
  cv::Vec3f skin_{};
};

}  // namespace robench
