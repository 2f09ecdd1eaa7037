// SPDX-License-Identifier: Apache-2.0
// FNMR@FMR in which every resample sets its threshold anew, so that its interval holds what the choice
// of people does to the threshold too. A threshold held fixed covers less than it says.
#pragma once

#include <span>
#include <vector>

#include "metrics/subject_bootstrap.h"

namespace robench {

/// A high score of a comparison of two units, or within one (then it counts with that unit's weight).
struct TailScore {
  double score = 0;
  int unit_a = 0;
  int unit_b = 0;
};

/// In each replicate the smallest number that at most `target` of the weight of all non-mated
/// comparisons reaches. `tail`: their highest scores, descending, as far down as any replicate may need;
/// one that needs more gets the last score of the tail. `weights`: of all comparisons, by replicate.
/// `scale`: one of two units weighs 1 + scale (w_a w_b - 1), in `weights` too; see
/// product_weight_scale(). Requires: a tail that is not empty, bootstrap.replicates() a multiple of 8.
[[nodiscard]] std::vector<double> threshold_replicates(std::span<const TailScore> tail,
                                                       std::span<const double> weights, double target,
                                                       const SubjectBootstrap& bootstrap,
                                                       double scale = 1);

struct MatedScore {
  double score = 0;
  int unit = 0;
};
/// Adds to `rejected` the weight of the mated comparisons below the threshold of each replicate.
void add_rejected(std::span<const MatedScore> mated, std::span<const double> thresholds,
                  const SubjectBootstrap& bootstrap, std::span<double> rejected);

}  // namespace robench
