// SPDX-License-Identifier: Apache-2.0
// What a probe's R2 must be held against: chance, and how far a feature is a property of the person.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "metrics/measure.h"
#include "metrics/subject_bootstrap.h"
#include "perturb/random_stream.h"

namespace robench {

/// Is what a probe predicts out of fold related to the truth? The means of each subject are taken, and
/// within each fold the subjects' truths are dealt out anew: whole subjects move, and the probe, which
/// was trained on the other folds, stays. Its penalty and its training set are thus no source of a small
/// p.
struct PredictionTest {
  std::vector<double> p;  // one-sided, of each column: (1 + as large) / (1 + permutations)
  double p_mean = 1;      // of the mean correlation over `columns`
};
/// predicted, truth: subject x feature. fold: of each subject, >= 0. The statistic is the correlation of
/// both after centring within folds. Requires: columns not empty; at most 65,535 subjects a fold.
[[nodiscard]] PredictionTest test_predictions(const Eigen::MatrixXd& predicted,
                                              const Eigen::MatrixXd& truth, std::span<const int> fold,
                                              std::span<const Eigen::Index> columns,
                                              const RandomStream& stream, int permutations = 999);

/// Share of the variance of a feature that lies between people: the intraclass correlation of single
/// pictures, one-way random effects, ICC(1) (Shrout and Fleiss 1979, Psychological Bulletin 86:420),
/// with the n0 of unequal groups. Can be negative.
struct Reliability {
  double icc = 0;
  std::optional<Interval> ci95;  // subject bootstrap
  int subjects = 0;              // with two pictures or more; only they are used
  std::int64_t samples = 0;
};
/// One value per sample. nullopt below two such subjects or where no value differs.
[[nodiscard]] std::optional<Reliability> reliability(const Eigen::VectorXd& values,
                                                     std::span<const int> unit,
                                                     const SubjectBootstrap& bootstrap);

}  // namespace robench
