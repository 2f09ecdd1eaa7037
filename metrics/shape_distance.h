// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include <Eigen/Core>

namespace robench {

/// A distance between the measured shapes of two faces, learned from people with several pictures: a
/// feature counts for as much as it differs between people beyond how it differs between pictures of
/// one.
///
/// Koestinger et al. 2012 (CVPR, "Large scale metric learning from equivalence constraints"): the
/// squared distance is d' (W^-1 - T^-1) d with W the covariance within people and T that of all faces,
/// the log-likelihood ratio of two Gaussians up to a constant. Here every person weighs the same,
/// features are scaled to variance 1, and kRidge is added to both covariances (own: ratios of one face
/// are nearly collinear).
class ShapeDistance {
 public:
  static constexpr double kRidge = 0.1;  // of the variance of a feature

  /// features: faces x features, finite, each varies; person: of each face. Requires: a person with two
  /// faces.
  ShapeDistance(const Eigen::MatrixXd& features, std::span<const int> person);

  /// Faces as points whose Euclidean distance is the learned distance: faces x features.
  [[nodiscard]] Eigen::MatrixXd points(const Eigen::MatrixXd& features) const;

 private:
  Eigen::RowVectorXd mean_;
  Eigen::RowVectorXd scale_;
  Eigen::MatrixXd projection_;
};

}  // namespace robench
