// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <opencv2/core.hpp>

#include "perturb/face_fit.h"
#include "perturb/face_hull.h"
#include "perturb/occlusion/parts/coverage.h"
#include "perturb/occlusion/parts/scene_light.h"
#include "perturb/perturbation.h"

namespace robench {

/// Something before the face, painted layer over layer in linear light and then put into the picture:
///   pixel = (1 - opacity) * passed light * clean pixel + opacity * paint.
/// Without layers and shadows the picture stays exactly as it is.
class Occluder {
 public:
  /// `reach`: how far from the eyes anything is painted, in inter-eye distances.
  Occluder(const Image& image, const Frame& frame, float reach = 3.6F);

  [[nodiscard]] const FaceFit& fit() const { return fit_; }
  [[nodiscard]] const FaceAxes& axes() const { return fit_.axes(); }
  [[nodiscard]] const FaceHull& hull() const { return hull_; }
  [[nodiscard]] const SceneLight& light() const { return light_; }
  [[nodiscard]] cv::Rect canvas() const { return canvas_; }

  /// Reflectance (linear blue, green, red in [0, 1], times any shading) at a place in face units.
  using Material = std::function<cv::Vec3f(cv::Point2f)>;
  /// What a layer looks like where it lets nothing through.
  void lay(const Coverage& coverage, const Material& material, float opacity = 1);
  void lay(const Coverage& coverage, cv::Vec3f bgr_reflectance, float opacity = 1);
  /// The same in flat ink, which is not lit by the scene.
  void print(const Coverage& coverage, cv::Vec3f bgr_light);
  /// Takes `depth` of the light from what lies under the coverage: face and layers so far.
  void shade(const Coverage& coverage, float depth);
  /// The soft shadow that all layers so far throw on the face beside them.
  void cast_shadow(float depth, float softness, cv::Point2f offset);

  /// The size in [0, largest] at which a shape that grows covers `share` of the hull (see
  /// size_covering). `covers`: whether the shape of a size holds a place in face units.
  [[nodiscard]] float size_to_cover(double share, double largest,
                                    const std::function<bool(cv::Point2f, float)>& covers) const;
  /// The picture with it, and the share of the hull that it covers.
  [[nodiscard]] Perturbed before_face(const Image& image) const;

 private:
  void paint(const Coverage& coverage, const Material& light, float opacity);

  FaceFit fit_;
  FaceHull hull_;
  SceneLight light_;
  cv::Rect canvas_;    // in the picture
  cv::Mat1f opacity_;  // over the canvas
  cv::Mat3f paint_;    // premultiplied by the opacity
  cv::Mat1f passed_;   // share of the light that reaches the face
};

}  // namespace robench
