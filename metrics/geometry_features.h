// SPDX-License-Identifier: Apache-2.0
// Face shape in numbers that do not depend on where, how large or how tilted the face is.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include <Eigen/Core>

#include "perturb/landmarks.h"

namespace robench {

/// Landmarks in the frame of the eyes: origin midway between the eye centres, the image-right eye
/// centre at (0.5, 0), y downwards, length 1 = the distance of the eye centres. Position, scale and
/// roll of the face are thereby gone before any feature is measured.
struct UprightFace {
  std::array<cv::Point2d, Landmarks::kCount> points{};
};

/// nullopt when a point is not finite or the eye centres coincide.
[[nodiscard]] std::optional<UprightFace> upright_face(const Landmarks& landmarks);

/// One measure of face shape. Ratios and angles only.
struct GeometryFeature {
  std::string_view name;     // "interpupillary_over_face_width"
  std::string_view formula;  // in landmark indices, see metrics/GEOMETRY.md for the notation
  std::string_view meaning;  // in plain words
  std::string_view unit;     // "ratio" or "deg"
  double plausible_low;      // 99 of 100 adult faces in press photographs lie between these two
  double plausible_high;
  bool nuisance;  // measures pose rather than shape: probed, but in no mean and no distance
  double (*measure)(const UprightFace&);
};

/// Every feature, in the order of all tables and vectors of values.
[[nodiscard]] std::span<const GeometryFeature> geometry_features();

/// The values of all features. nullopt when the landmarks are degenerate: a point that is not
/// finite, coinciding eye centres, or a denominator of zero.
[[nodiscard]] std::optional<Eigen::VectorXd> measure_geometry(const Landmarks& landmarks);

}  // namespace robench
