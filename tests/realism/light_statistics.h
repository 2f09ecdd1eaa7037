// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

namespace robench::realism {

/// Subjects x directions; NaN where there is no picture.
using SubjectTable = Eigen::MatrixXd;

/// Weighted mean over the subjects, for each direction; NaN where no subject has a value.
[[nodiscard]] std::vector<double> mean_over_subjects(const SubjectTable& table,
                                                     std::span<const float> weight);

/// Ranks from 1, ties share the mean of theirs.
[[nodiscard]] std::vector<double> ranks(std::span<const double> values);
/// Spearman's correlation; pairs with a NaN are left out.
[[nodiscard]] double rank_correlation(std::span<const double> a, std::span<const double> b);
/// Spearman's correlation of a and b given c: that of what c's ranks do not explain.
[[nodiscard]] double partial_rank_correlation(std::span<const double> a, std::span<const double> b,
                                              std::span<const double> c);

}  // namespace robench::realism
