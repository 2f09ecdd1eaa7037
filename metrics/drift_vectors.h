// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "metrics/measure.h"
#include "models/embedding_table.h"

namespace robench {

/// Shifts of embeddings, perturbed minus clean, and the subject of each.
struct DriftVectors {
  EmbeddingMatrix shift;  // one row each
  std::vector<int> unit;  // in [0, units)
  int units = 0;
};

/// A share with its interval; NaN where nothing moves or subjects are too few to tell.
struct DriftShare {
  double value = 0;
  std::optional<Interval> ci95;  // none below SubjectBootstrap::kMinSubjects subjects
};

/// The share of the mean squared shift that is common to all: shifts of two *different* subjects
/// multiplied, on average, over the mean square. Pairs within a subject are left out, so that noise of
/// its own and a subject's own way to move add nothing: 0 expected where subjects move independently
/// (and then it may be negative), 1 where all move by the same vector. Interval: delete-one-subject
/// jackknife.
[[nodiscard]] DriftShare common_share(const DriftVectors& drift);

/// The share of the shifts' variance that lies along one direction, cross-fitted: subjects are split by
/// `halves` (0 or 1 for each unit), the first principal direction of one half is judged on the other,
/// and the two are averaged. The same data for both would exceed it by chance alone. 1 / dim expected
/// where no direction is preferred. Interval: delete-one-subject jackknife with the directions held
/// fixed.
[[nodiscard]] DriftShare principal_share(const DriftVectors& drift,
                                         const std::vector<std::uint8_t>& halves);

}  // namespace robench
