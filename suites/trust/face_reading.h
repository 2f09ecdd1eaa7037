// SPDX-License-Identifier: Apache-2.0
// All that is measured of one face of one photograph before it is judged.
#pragma once

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "models/embedder.h"
#include "models/face.h"
#include "models/perturbation_ensemble.h"
#include "models/quality_measure.h"

namespace robench {

struct FaceReading {
  Status status = Status::ok;
  std::string reason;                 // "" when ok
  std::vector<QualityValue> quality;  // in the order of quality_measures()
  double detection_confidence = 0;
  /// Mean angle between the embedding and those of the perturbation ensemble, degrees.
  double spread_deg = std::numeric_limits<double>::quiet_NaN();
  /// Angle between the embedding and that of each member of the ensemble, degrees.
  std::vector<double> member_deg;
  /// Mean of the unit vectors of the ensemble's members; empty unless ok.
  Eigen::RowVectorXf ensemble_mean;
  double norm = std::numeric_limits<double>::quiet_NaN();  // length of the raw vector
  Eigen::RowVectorXf vector;                               // empty unless ok

  [[nodiscard]] bool ok() const { return status == Status::ok; }
};

/// What the usability of a face may be told from: the quality measures but `single_face_present`, which
/// says whose face it is and not how good, then the answers of model and detector. NaN = not assessed.
[[nodiscard]] std::vector<std::string> covariate_names();
[[nodiscard]] std::vector<double> covariates(const FaceReading& reading);
/// Those called `names`, of covariate_names().
[[nodiscard]] std::vector<double> covariates(const FaceReading& reading,
                                             const std::vector<std::string>& names);
/// The last of them: logarithms of the mean of `member_deg`, of the length of the vector and of the
/// ensemble's spherical variance (1 - length of its mean unit vector; Mardia and Jupp 2000, Directional
/// Statistics, 9.2), and the detector's confidence; 0 there = the face was given or guessed, not
/// detected.
[[nodiscard]] std::vector<double> answer_covariates(std::span<const double> member_deg, double norm,
                                                    double ensemble_mean_length,
                                                    double detection_confidence);
/// Those that a combination holds before any measure of the picture: how far the model agrees with
/// itself, and how sure the detector is. They ask whether it is still a face, not which harm was done.
[[nodiscard]] const std::vector<std::string>& trusted_covariates();
/// The image measures alone, for the `capture` flag: as many of the covariates, from the first on.
[[nodiscard]] Eigen::RowVectorXd capture_measures(const FaceReading& reading);

/// Reads faces with one model. One per thread. A face costs 1 + ensemble.size() forward passes, made in
/// batches that hold this face alone, so that no neighbour and no thread can change a number.
class FaceReader {
 public:
  /// Both must outlive the reader. Throws as load_embedder() and make_detector().
  FaceReader(const ModelCard& card, const PerturbationEnsemble& ensemble, const std::string& detector);

  [[nodiscard]] const Detector& detector() const { return *detector_; }
  /// `rival_area`: see QualityFace. Never throws for what a photograph holds.
  [[nodiscard]] FaceReading read(const Image& photograph, const Face& face, double rival_area);

 private:
  [[nodiscard]] EmbeddingMatrix embed(const std::vector<Image>& chips);

  const ModelCard& card_;
  const PerturbationEnsemble& ensemble_;
  std::unique_ptr<Detector> detector_;
  std::unique_ptr<Embedder> embedder_;
};

/// Area of the largest box but `faces[index]`'s over its own; 0 when it is alone.
[[nodiscard]] double rival_area(const std::vector<Face>& faces, std::size_t index);

}  // namespace robench
