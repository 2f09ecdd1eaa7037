// SPDX-License-Identifier: Apache-2.0
// A face in numbers: its shape whatever its place, size and tilt, and what is nuisance to that.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <Eigen/Core>

#include "metrics/upright_face.h"

namespace robench {

enum class FeatureKind {
  shape,       // of the face: what the means and the distances are made of
  expression,  // of the moment
  pose,        // of the head against the camera
  capture,     // of the picture
};
[[nodiscard]] std::string_view to_string(FeatureKind kind);

/// One measure of a face. Ratios and angles, but for the nuisance of capture.
struct GeometryFeature {
  std::string_view name;     // "interpupillary_over_face_width"
  std::string_view formula;  // in landmark indices, see metrics/GEOMETRY.md for the notation
  std::string_view meaning;  // in plain words
  std::string_view unit;     // "ratio", "deg", "1" or "px"
  double plausible_low;      // 99 of 100 adult faces in press photographs lie between these two
  double plausible_high;
  double typical_error;  // standard deviation that kLandmarkError of every point gives it there
  FeatureKind kind;
  double (*measure)(const UprightFace&, const MeanShape&);

  /// Probed and used as a covariate, but in no mean and no distance.
  [[nodiscard]] constexpr bool nuisance() const { return kind != FeatureKind::shape; }
};

/// Every feature, in the order of all tables and vectors of values.
[[nodiscard]] std::span<const GeometryFeature> geometry_features();

/// No feature of the face divides by zero.
[[nodiscard]] bool has_shape(const UprightFace& face);
/// The values of all features. Requires: has_shape(face).
[[nodiscard]] Eigen::VectorXd measure_geometry(const UprightFace& face, const MeanShape& mean);
/// The same from landmarks. nullopt when the landmarks are degenerate: a point that is not
/// finite, coinciding eye centres, or a denominator of zero.
[[nodiscard]] std::optional<Eigen::VectorXd> measure_geometry(const Landmarks& landmarks,
                                                              const MeanShape& mean);

/// Standard deviation of one coordinate of a landmark in inter-eye distances. Own: dlib's landmarks of
/// 944 faces of Labeled Faces in the Wild against those of the mirrored pictures. The root mean square
/// difference over the points and coordinates of a face, over the square root of 2, is 0.0104 for the
/// median face (0.019 with the failures: 0.027 on the jaw line, 0.011 on the nose).
inline constexpr double kLandmarkError = 0.01;

/// First-order error of every feature of a face whose landmark coordinates err independently by
/// kLandmarkError: kLandmarkError times the length of the (numerical) gradient. nullopt where
/// measure_geometry() is.
[[nodiscard]] std::optional<Eigen::VectorXd> landmark_uncertainty(const Landmarks& landmarks,
                                                                  const MeanShape& mean);

}  // namespace robench
