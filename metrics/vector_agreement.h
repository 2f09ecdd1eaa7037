// SPDX-License-Identifier: Apache-2.0
// Do stored templates still stand for the same samples? Vectors of two runs, sample by sample.
#pragma once

#include <cstdint>
#include <string>

#include "metrics/outcomes.h"

namespace robench {

/// Of the samples that the older run acquired. How far the vector of a sample moved is 1 - cosine; where
/// models compare by Euclidean distance, whose scores see a change of length too, it is
/// |a - b|^2 / (2 |a| |b|), which is the same for vectors of equal length and larger otherwise.
struct VectorAgreement {
  std::string incomparable;    // why there is no number: another dimension; "" otherwise
  std::int64_t n = 0;          // samples that both runs acquired
  std::int64_t lost = 0;       // that only the older run acquired: their templates match nothing
  std::size_t first_lost = 0;  // row of the first of them
  std::int64_t beyond = 0;     // of n, moved by more than the limit
  double largest = 0;
  double median = 0;
  std::size_t worst = 0;   // row of the largest
  bool identical = false;  // bit for bit
};

/// Both models kept the vectors of their clean samples?
[[nodiscard]] bool have_vectors(const ModelOutcomes& a, const ModelOutcomes& b);

/// `limit`: in the units above, 0 or more. A vector of length 0, which has no direction, counts as moved
/// by 2 unless both are 0. Requires: have_vectors, and the same samples in both runs.
[[nodiscard]] VectorAgreement vector_agreement(const ModelOutcomes& older, const ModelOutcomes& newer,
                                               double limit);

}  // namespace robench
