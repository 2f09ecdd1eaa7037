// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "models/sample.h"
#include "perturb/landmarks.h"

namespace robench {

/// n x dim, row-major, 32-bit.
using EmbeddingMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The raw vectors of one model under one condition. Row = sample index, so the order of arrival
/// cannot matter. A row whose status is not ok holds zeros, but for `wrong_face`: there it is the vector
/// of the face that was chosen instead, which only a metric that asks for it may use.
struct EmbeddingTable {
  static constexpr std::int64_t kNoIntruder = -1;
  static constexpr float kNotMeasured = std::numeric_limits<float>::quiet_NaN();

  EmbeddingMatrix vectors;
  std::vector<Status> status;
  /// The sample whose face was put into the picture of each row, or kNoIntruder. Empty where the
  /// condition puts none.
  std::vector<std::int64_t> intruder{};
  /// The share of each row's face that an occlusion covered, or kNotMeasured. Empty where none was
  /// measured.
  std::vector<float> covered_fraction{};
  /// Strengths solved for on each picture: the measure reached minus its set point, or kNotMeasured.
  /// Empty where strengths are given.
  std::vector<float> calibration_residual{};
  /// Of the clean face (face_quality()), or kNotMeasured. Empty but on the clean condition.
  std::vector<float> brightness{};
  std::vector<float> sharpness{};
  /// Of each face that was found again in the perturbed photograph, in pixels of the picture it was cut
  /// out of for the models. Empty where none was searched for: the faces were aligned by the clean
  /// landmarks.
  std::vector<std::optional<Landmarks>> landmarks{};

  [[nodiscard]] std::size_t size() const { return status.size(); }
  [[nodiscard]] bool ok(std::size_t row) const { return status[row] == Status::ok; }

  /// Takes over `part` as rows from `first`. Requires: vectors and status are of the whole size.
  void set_rows(std::size_t first, const EmbeddingTable& part);
};

}  // namespace robench
