// SPDX-License-Identifier: Apache-2.0
// Distances of shape against distances of embeddings: geometry_rsa, geometry_dcor, geometry_cka.
#pragma once

#include <optional>
#include <vector>

#include "metrics/dependence.h"
#include "metrics/geometry_samples.h"
#include "metrics/metric.h"
#include "metrics/rsa.h"

namespace robench {

/// Are faces of similar shape near each other among the embeddings? One sample per subject. `samples`
/// must outlive it.
class GeometryRelations {
 public:
  GeometryRelations(const CleanContext& context, const GeometrySamples& samples);

  [[nodiscard]] static std::vector<MeasureInfo> infos();
  /// Several repetitions: of the samples that are ok in all of them. geometry_rsa is then the mean of
  /// the correlations; the others take the mean of the matrices.
  [[nodiscard]] std::vector<Measure> evaluate(const Cell& cell) const;

 private:
  /// The samples that are judged under a condition.
  struct Judged {
    std::vector<int> kept;  // positions in subset_
    std::vector<Rsa::Points> repetitions;
  };
  [[nodiscard]] Judged judged(const Cell& cell) const;
  [[nodiscard]] Measure rank_correlation(const Judged& judged) const;
  void add_dependences(const Judged& judged, std::vector<Measure>& measures) const;

  Comparison comparison_;
  std::uint64_t seed_;
  const GeometrySamples& samples_;
  std::vector<int> subset_;           // positions in samples_
  Eigen::MatrixXd shape_, nuisance_;  // standardised, of the subset
  std::optional<Rsa> rsa_;            // absent when no shape feature varies
};

}  // namespace robench
