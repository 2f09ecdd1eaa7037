// SPDX-License-Identifier: Apache-2.0
// Two sets of pictures: may they come from one population? Labels move with whole subjects.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "metrics/permutation.h"

namespace robench {

/// Rows of both samples together.
struct TwoSamples {
  Eigen::MatrixXd rows;        // n x dim, finite
  std::vector<int> in_second;  // 0 or 1 of each row
  std::vector<int> subject;    // index of the person; -1 = unknown, a person of its own
};

/// Labels under the null "the samples are of one population": subjects found in one sample only change
/// labels among each other, those in both swap theirs or not, by a coin each. A pure function of the
/// stream and of `permutation`.
[[nodiscard]] std::vector<int> relabelled_subjects(const TwoSamples& samples, const RandomStream& stream,
                                                   int permutation);

/// Permutation test of `statistic`, a pure function of the labels; large = different.
[[nodiscard]] PermutationTest subject_permutation_test(
    const TwoSamples& samples, double observed, int permutations, std::uint64_t seed,
    std::string_view purpose, const std::function<double(std::span<const int> in_second)>& statistic);

struct MmdTest {
  double mmd2 = 0;       // unbiased: 0 on the average where the samples do not differ, may be negative
  double bandwidth = 0;  // of exp(-|x - y|^2 / (2 bandwidth^2)): median distance of the pooled rows
  double p = 1;          // by permuting whole subjects
  int subjects_first = 0;
  int subjects_second = 0;
};
/// Squared maximum mean discrepancy (Gretton et al. 2012, Journal of Machine Learning Research 13:723,
/// lemma 6). Pairs of rows of one subject are left out, so that a person with many pictures does not
/// pass for a difference (own). weight: >= 0 of each row, or empty. With weights p is not defined (NaN).
/// Requires: rows of at least two subjects in each sample.
[[nodiscard]] MmdTest mmd_test(const TwoSamples& samples, int permutations, std::uint64_t seed,
                               std::span<const double> weight = {});

struct ClassifierTest {
  double auroc = 0.5;     // of cross-fitted predictions: 0.5 = the samples cannot be told apart
  double accuracy = 0.5;  // balanced: mean of the shares of both samples told rightly at the midpoint
  double p = 1;           // of the AUROC, by permuting whole subjects
};
/// Classifier two-sample test (Lopez-Paz and Oquab 2017, ICLR) with a linear discriminant whose
/// covariance is shrunk by Ledoit and Wolf, trained on other subjects than it judges.
[[nodiscard]] ClassifierTest classifier_test(const TwoSamples& samples, int permutations,
                                             std::uint64_t seed, int folds = 5);

struct DimensionShift {
  std::vector<double> statistic;   // Kolmogorov-Smirnov distance of each column
  std::vector<double> p;           // asymptotic, a little cautious for small samples
  std::vector<double> p_adjusted;  // Benjamini and Hochberg
};
/// Column by column on one row of each subject and sample, drawn by the seed.
[[nodiscard]] DimensionShift dimension_shift(const TwoSamples& samples, std::uint64_t seed);

/// The largest difference of two empirical distribution functions and its asymptotic p (Kolmogorov).
struct KolmogorovSmirnov {
  double statistic = 0;
  double p = 1;
};
[[nodiscard]] KolmogorovSmirnov kolmogorov_smirnov(std::vector<double> a, std::vector<double> b);

}  // namespace robench
