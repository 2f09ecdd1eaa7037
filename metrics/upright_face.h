// SPDX-License-Identifier: Apache-2.0
// The shape of a face: its landmarks without place, size and roll.
#pragma once

#include <array>
#include <optional>
#include <span>

#include <Eigen/Core>

#include "perturb/landmarks.h"

namespace robench {

/// Landmarks in the frame of the eyes: origin midway between the eye centres, the image-right eye
/// centre at (0.5, 0), y downwards, length 1 = the distance of the eye centres. Position, scale and
/// roll of the face are thereby gone before any feature is measured.
struct UprightFace {
  std::array<cv::Point2d, Landmarks::kCount> points{};
  double roll_deg = 0;      // what was turned away; positive = image-right eye lower
  double inter_eye_px = 0;  // what was scaled away
};

/// nullopt when a point is not finite or the eye centres coincide.
[[nodiscard]] std::optional<UprightFace> upright_face(const Landmarks& landmarks);
/// The same of points that are not rounded to 32 bits.
using FacePoints = std::array<cv::Point2d, Landmarks::kCount>;
[[nodiscard]] std::optional<UprightFace> upright_face(const FacePoints& points);
[[nodiscard]] FacePoints face_points(const Landmarks& landmarks);

/// The average of several faces, of which neither place, size nor roll matters: the full Procrustes
/// mean (Kent 1994, Journal of the Royal Statistical Society B 56:285), of size 1 about its centroid.
class MeanShape {
 public:
  /// Requires: at least one face, all with a shape.
  explicit MeanShape(std::span<const UprightFace> faces);
  /// Full Procrustes distance of a face to the mean, 0..1: 0 = the average face exactly.
  [[nodiscard]] double distance(const UprightFace& face) const;

 private:
  Eigen::VectorXcd mean_;
};

}  // namespace robench
