// SPDX-License-Identifier: Apache-2.0
// A model, the measured shape of the face, and both together, each as a verification system of its own.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/false_matches.h"
#include "metrics/fused_templates.h"
#include "metrics/geometry_samples.h"
#include "metrics/metric.h"

namespace robench {

/// One way to compare faces. `permuted`: every face has the shape of a face drawn at random, so that
/// shapes say nothing of who it is; what still looks like a gain is not one of geometry.
struct FusionSystem {
  FusedPart part = FusedPart::embedding;
  bool permuted = false;
};

/// All that is learned, on the clean faces: for each half of the people from the other half.
class FusionSystems {
 public:
  /// The FMR of the run's threshold, or 1e-2 where that is not from the data.
  [[nodiscard]] static double target_fmr(const CleanContext& context);

  /// Requires: why_not(context, samples) is empty. Both outlive this.
  FusionSystems(const CleanContext& context, const GeometrySamples& samples,
                const ResamplingUnits& units);
  [[nodiscard]] static std::string why_not(const CleanContext& context, const GeometrySamples& samples);

  /// 1 for each mated trial that is refused, of those whose faces both have an embedding and a shape:
  /// the same trials for every system.
  [[nodiscard]] UnitMean non_matches(FusionSystem system, const Cell& cell) const;
  /// The measure `fmr` of a system.
  [[nodiscard]] Measure false_match_rate(FusionSystem system, const Cell& cell) const;

  /// Were the shapes of the cell's probes measured on the perturbed pictures?
  [[nodiscard]] static bool measured_again(const Cell& cell);
  /// Of the system `both`, mean over the halves.
  [[nodiscard]] double geometry_share() const;
  /// "thresholds 0.1 and 0.2 ...".
  [[nodiscard]] std::string threshold_note(FusionSystem system) const;

 private:
  /// A table of fused templates and what judges it, as an ordinary model.
  struct Prepared {
    ModelCard card;
    EmbeddingTable clean;
    Threshold threshold;
    std::unique_ptr<FalseMatches> false_matches;
  };

  [[nodiscard]] ShapedFaces faces_at(const EmbeddingTable& table, const std::vector<int>& positions,
                                     const Eigen::MatrixXd& shape) const;
  [[nodiscard]] EmbeddingTable templates(FusionSystem system, const EmbeddingTable& table) const;
  void set_templates(FusionSystem system, const EmbeddingTable& table, int half,
                     EmbeddingTable& out) const;
  [[nodiscard]] std::optional<Eigen::VectorXd> shape_of(const EmbeddingTable& table, int position) const;
  [[nodiscard]] const FusedTemplates& learned(FusionSystem system, int half) const {
    return *learned_[system.permuted ? 1 : 0][half];
  }
  [[nodiscard]] const Prepared& prepared(FusionSystem system) const;
  [[nodiscard]] std::unique_ptr<Prepared> prepare(FusionSystem system) const;

  CleanContext context_;
  const GeometrySamples& samples_;
  ResamplingUnits units_;
  std::vector<Eigen::Index> features_;       // of shape, that vary
  std::vector<int> shape_from_;              // permuted: whose shape each position has
  std::array<std::vector<int>, 2> of_half_;  // positions of known subjects
  std::array<std::array<std::unique_ptr<FusedTemplates>, 2>, 2> learned_;  // [permuted][judged half]
  std::array<std::unique_ptr<Prepared>, 4> prepared_;                      // three parts, both permuted
};

}  // namespace robench
