// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "metrics/trial.h"
#include "models/embedding_table.h"
#include "models/model_card.h"

namespace robench {

/// similarity() of each trial: the reference's row of `references` with the probe's row of `probes`.
/// NaN where either is not ok. Runs on several threads.
[[nodiscard]] std::vector<double> trial_scores(Comparison comparison, const std::vector<Trial>& trials,
                                               const EmbeddingTable& references,
                                               const EmbeddingTable& probes);

/// The same with the cosine distance, 1 - cosine.
[[nodiscard]] std::vector<double> trial_cosine_distances(const std::vector<Trial>& trials,
                                                         const EmbeddingTable& references,
                                                         const EmbeddingTable& probes);

/// How far two vectors lie apart.
struct Separation {
  double cosine_distance = 0;  // 1 - cosine, 0..2
  double angle_deg = 0;        // 0..180
  double l2 = 0;               // Euclidean distance of the raw vectors
  double norm_ratio = 1;       // length of b over length of a
};
/// All are exact for equal vectors and accurate for almost equal ones, where 1 - cos and acos lose
/// every digit (Kahan 2006, "How futile are mindless assessments of roundoff", section 12).
/// Requires: neither vector has length 0.
[[nodiscard]] Separation separation(const float* a, const float* b, int dim);

/// The angle in degrees between the clean and the perturbed embedding of each row; NaN where either was
/// not acquired or has length 0.
[[nodiscard]] std::vector<double> drift_angles(const EmbeddingTable& clean,
                                               const EmbeddingTable& perturbed);

}  // namespace robench
