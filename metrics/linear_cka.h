// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include <Eigen/Core>

#include "metrics/measure.h"

namespace robench {

/// Linear centred kernel alignment of two embeddings of the same samples (rows), from the unbiased HSIC
/// of Song et al. 2012 (JMLR 13:1393, HSIC_1) as in Nguyen, Raghu and Kornblith 2021 (ICLR): the biased
/// form tends to 1 where dimensions exceed samples. 1 = equal up to rotation and scale; near 0 =
/// unrelated, and then it may be negative.
struct LinearCka {
  double value = 0;
  std::optional<Interval> ci95;  // delete-one-subject jackknife, on the scale of artanh
};

/// unit: the subject of each row, in [0, units). No interval below SubjectBootstrap::kMinSubjects
/// subjects or where fewer than 4 rows would be left. NaN where a side has no variance. Requires: at
/// least 4 rows on both sides, as many as `unit` has. Time and memory O(rows^2).
[[nodiscard]] LinearCka linear_cka(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y,
                                   std::span<const int> unit, int units);

}  // namespace robench
