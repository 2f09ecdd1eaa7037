// SPDX-License-Identifier: Apache-2.0
// Does a model do better with the measured shape of the face added? Everything that is learned for a
// face is learned from other people.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "metrics/shape_distance.h"
#include "metrics/threshold.h"

namespace robench {

/// Faces with an embedding and a shape, of known subjects.
struct ShapedFaces {
  Eigen::MatrixXd embedding;  // face x dim, as it is compared: of unit length for cosine
  Eigen::MatrixXd shape;      // face x feature
  std::vector<int> subject;
  std::vector<int> session;

  [[nodiscard]] Eigen::Index size() const { return embedding.rows(); }
  [[nodiscard]] ShapedFaces rows(const std::vector<int>& chosen) const;
};

/// What a comparison is made on.
enum class FusedPart { embedding, geometry, both };
inline constexpr std::array<FusedPart, 3> kFusedParts = {FusedPart::embedding, FusedPart::geometry,
                                                         FusedPart::both};

/// Learned from clean faces of one half of the people, to judge the other half.
///
/// The score of two faces is minus the squared distance of their embeddings minus `weight` times the
/// squared ShapeDistance, that is, minus the squared distance of the two vectors put end to end. For
/// embeddings of unit length the first is twice the cosine, but for a constant. The weight is that of a
/// logistic regression from both to mated or not, with mated and non-mated weighing the same; a negative
/// one (faces of one person differ more in shape than strangers) becomes 0. Weight and thresholds come
/// from comparisons within folds of people whose ShapeDistance was learned from the other folds, so that
/// what the distance owes to having seen a face is in neither.
class FusedTemplates {
 public:
  /// Requires: why_not(faces, fmr) is empty.
  FusedTemplates(const ShapedFaces& faces, double fmr, std::uint64_t seed);

  /// Why nothing can be learned from these faces; "" when it can.
  [[nodiscard]] static std::string why_not(const ShapedFaces& faces, double fmr);
  static constexpr int kMinPeopleWithTwo = 30;

  /// face x (dim + features), to be compared by Euclidean distance; one part is zero for one part alone.
  [[nodiscard]] Eigen::MatrixXd templates(const ShapedFaces& faces, FusedPart part) const;

  [[nodiscard]] double weight() const { return weight_; }
  /// How much of the mean squared distance of two strangers' fused templates the geometry makes, 0..1.
  [[nodiscard]] double geometry_share() const { return geometry_share_; }
  /// Minus the Euclidean distance of templates(): accept at or above. FMR of at most `fmr`.
  [[nodiscard]] double threshold(FusedPart part) const { return threshold_[static_cast<int>(part)]; }
  [[nodiscard]] std::int64_t non_mated() const { return non_mated_; }

 private:
  ShapeDistance distance_;
  double weight_ = 0;
  double geometry_share_ = 0;
  std::array<double, 3> threshold_{};
  std::int64_t non_mated_ = 0;
};

}  // namespace robench
