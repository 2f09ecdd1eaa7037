// SPDX-License-Identifier: Apache-2.0
// geometry_r2 and its controls: ridge probes from embeddings to the features of a face.
#pragma once

#include <string>
#include <vector>

#include <Eigen/Core>

#include "metrics/fold_covariance.h"
#include "metrics/geometry_features.h"
#include "metrics/geometry_samples.h"
#include "metrics/metric.h"
#include "metrics/ridge_probe.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

namespace probe_names {
inline constexpr char kMean[] = "geometry_r2_mean";
inline constexpr char kRefitMean[] = "geometry_r2_refit_mean";
inline constexpr char kOverNuisance[] = "geometry_r2_over_nuisance";
inline constexpr char kCrossImage[] = "geometry_r2_cross_image_mean";
inline constexpr char kFrozen[] = "geometry_r2";
inline constexpr char kRefit[] = "geometry_r2_refit";
inline constexpr char kIcc[] = "geometry_icc";
}  // namespace probe_names
/// "geometry_r2:chin_angle".
[[nodiscard]] std::string probe_measure_name(std::string_view prefix, const GeometryFeature& feature);
/// More of the shape in the embedding is "better"; more of the pose is not.
[[nodiscard]] Better probe_better(const GeometryFeature& feature);
/// Number of subjects of the samples at these positions.
[[nodiscard]] int subjects_at(const std::vector<int>& position, const GeometrySamples& samples);

/// Below, a probe of some hundred dimensions says more about its penalty than about the faces.
inline constexpr int kMinGeometrySubjects = 100;
/// Why so few cannot be judged; "" when they can.
[[nodiscard]] std::string too_few_for_geometry(std::ptrdiff_t samples, std::ptrdiff_t subjects);
/// Which columns vary: landmarks are 32-bit floats, and a feature that varies less does not vary.
[[nodiscard]] std::vector<bool> varying_columns(const Eigen::MatrixXd& features);
/// The columns that vary and are (not) nuisance, each scaled to mean 0 and variance 1.
[[nodiscard]] Eigen::MatrixXd standardised_columns(const Eigen::MatrixXd& features, bool nuisance);

/// Probes trained on the clean embeddings and frozen, probes trained anew on each condition, and a
/// reader of the nuisance features alone. `samples` must outlive it.
class GeometryProbes {
 public:
  using Matrix = Eigen::MatrixXd;

  GeometryProbes(const CleanContext& context, const GeometrySamples& samples,
                 const ResamplingUnits& units);

  [[nodiscard]] static std::vector<MeasureInfo> infos();
  /// The means, then each feature; reliabilities in clean cells only.
  [[nodiscard]] std::vector<Measure> evaluate(const Cell& cell) const;

 private:
  /// What the probes said of the samples judged, averaged over the repetitions in which each is ok.
  struct Readings {
    std::vector<int> position;         // of each sample judged, in samples_
    Matrix prediction, squared_error;  // sample judged x feature
    FoldCovariance between_folds;
  };
  /// Squared errors summed by unit, of a reader and of the training mean, and in each replicate.
  struct Losses {
    Matrix reader, mean, resampled_reader, resampled_mean;
  };
  /// Readings beside what holds them in check. Without losses and p where there is nothing to tell.
  struct Judged {
    Readings readings;
    std::string refusal;    // why nothing can be told; empty: it can
    Losses own, nuisance;   // of the probes, and of pose, expression and capture alone
    std::vector<double> p;  // of each feature, and of the mean
  };

  [[nodiscard]] Readings read(const Cell& cell, bool refit) const;
  [[nodiscard]] Judged judge(const Cell& cell, bool refit) const;
  [[nodiscard]] FoldCovariance between_folds(const RidgeProbe& probe, const Matrix& embeddings,
                                             const std::vector<int>& position,
                                             const Matrix& predicted) const;
  [[nodiscard]] Matrix errors_of_mean(const std::vector<int>& position) const;
  [[nodiscard]] Losses losses(const std::vector<int>& position, const Matrix& error) const;
  [[nodiscard]] Losses losses(const std::vector<int>& position, const Matrix& error,
                              const Matrix& error_of_mean) const;
  [[nodiscard]] Measure r2(std::string name, const Readings& readings, const Losses& losses,
                           const std::vector<Eigen::Index>& columns) const;
  [[nodiscard]] Measure over_nuisance(const Judged& frozen) const;
  [[nodiscard]] std::vector<Measure> means_of(const Judged& frozen, const Judged& refit,
                                              bool clean) const;
  [[nodiscard]] Measure cross_image(const Readings& readings) const;
  void add_reliability(std::vector<Measure>& measures) const;
  void add_features(const std::string& prefix, const Judged& judged, bool shape_only,
                    std::vector<Measure>& measures) const;
  [[nodiscard]] std::vector<double> p_values(const Readings& readings) const;
  [[nodiscard]] static std::string p_note(const Judged& judged);
  [[nodiscard]] std::string error_note(Eigen::Index feature) const;

  Comparison comparison_;
  std::uint64_t seed_;
  const GeometrySamples& samples_;
  std::vector<bool> varies_;         // of each feature
  std::vector<Eigen::Index> shape_;  // features of shape that vary
  std::vector<int> fold_;            // of each sample
  RidgeProbe probe_;
  FoldCovariance between_folds_;  // of the frozen probes, on the clean embeddings
  Matrix nuisance_error_;         // squared, out of fold: sample x feature
  SubjectBootstrap bootstrap_;
  Matrix weights_;               // bootstrap: replicate x unit
  Eigen::VectorXd error_share_;  // of a feature's variance that landmark error makes
};

}  // namespace robench
