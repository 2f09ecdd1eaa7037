// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "models/face_quality.h"
#include "suites/crop_shelf.h"
#include "suites/donors.h"
#include "suites/worker_pool.h"

namespace robench {

/// A face after perturbation, in the picture that the models' templates are cut from.
struct PerturbedFace {
  Status status = Status::ok;
  std::optional<Image> pixels;  // of a wrong face too
  Landmarks landmarks;          // in `pixels`
  bool found_again = false;     // the landmarks were measured on the perturbed picture
  std::optional<std::size_t> intruder{};
  std::optional<double> covered_fraction{};
  std::optional<double> calibration_residual{};
  std::optional<FaceQuality> quality{};  // clean faces only
};

/// Perturbs the faces of one shard: in the crop stage the crop, in the capture stage the photograph, in
/// which the face is then found again. Safe from several threads, each with a worker of its own.
class FacePerturber {
 public:
  FacePerturber(const Experiment& experiment, const Donors& donors, std::size_t shard)
      : experiment_(experiment), donors_(donors), shelf_(experiment, shard) {}

  /// Requires: an acquired face. Decoding, perturbing and finding again are timed in `worker`.
  [[nodiscard]] PerturbedFace perturb(std::size_t row, const Job& job,
                                      const PreparedCondition& condition, Worker& worker) const;

 private:
  [[nodiscard]] PerturbedFace in_photograph(std::size_t row, const Job& job,
                                            const PreparedCondition& condition, Worker& worker) const;
  [[nodiscard]] PerturbedFace found_again(std::size_t row, const Perturbed& perturbed,
                                          Worker& worker) const;
  [[nodiscard]] AcquisitionPolicy recapture_policy() const;

  const Experiment& experiment_;
  const Donors& donors_;
  CropShelf shelf_;
};

}  // namespace robench
