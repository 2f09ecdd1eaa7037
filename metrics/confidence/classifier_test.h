// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "metrics/confidence/two_sample.h"

namespace robench {

struct ClassifierTest {
  double auroc = 0.5;  // within folds; 0.5 = the samples cannot be told apart
  double p = 1;        // of the AUROC, by permuting whole subjects
};

/// Classifier two-sample test (Lopez-Paz and Oquab 2017, ICLR), with the AUROC instead of the accuracy:
/// it does not depend on how many pictures each side has. A linear discriminant, its covariance shrunk
/// by Ledoit and Wolf 2004, judges people that it was not trained on. Folds and covariances do not look
/// at the labels, so that the permutation test is exact.
[[nodiscard]] ClassifierTest classifier_test(const TwoSamples& samples, int permutations,
                                             std::uint64_t seed, int folds = 5);

}  // namespace robench
