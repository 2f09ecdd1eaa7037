// SPDX-License-Identifier: Apache-2.0
// Summaries of mated against non-mated scores that need no threshold.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "metrics/subject_bootstrap.h"

namespace robench {

struct ScoredTrial {
  double score = 0;  // larger = closer
  bool mated = false;
  int unit_a = 0;  // resampling unit of the reference
  int unit_b = 0;  // and of the probe
};

struct RocSummary {
  /// Equal error rate: midpoint of the FVC2000 interval [EER_low, EER_high] at the crossing of FMR and
  /// FNMR (Maio et al. 2002, IEEE TPAMI 24:402).
  double eer = 0;
  /// Probability that a mated score exceeds a non-mated one, ties counted half (Mann-Whitney).
  double auc = 0;
  /// Mean mated minus mean non-mated score, over the root of the mean of the two variances (divisor n),
  /// Daugman 2000; signed, so that distances taken for similarities show. NaN when both variances are 0.
  double d_prime = 0;
};

/// Ascending scores, the order that roc_summary() needs.
void sort_by_score(std::vector<ScoredTrial>& trials);

/// NaN without mated or without non-mated trials.
[[nodiscard]] RocSummary roc_summary(std::span<const ScoredTrial> sorted);

/// The summary in each bootstrap replicate; NaN where no mated or no non-mated trial was drawn.
/// On several threads: 100,000 trials in a thousand replicates take a fraction of a second.
/// A non-mated trial of two units weighs 1 + scale (w_a w_b - 1); see product_weight_scale().
/// Requires: bootstrap.replicates() is a multiple of 8.
[[nodiscard]] std::vector<RocSummary> roc_replicates(std::span<const ScoredTrial> sorted,
                                                     const SubjectBootstrap& bootstrap,
                                                     double scale = 1);

/// By subject bootstrap.
struct RocIntervals {
  std::optional<Interval> eer;
  std::optional<Interval> auc;
  std::optional<Interval> d_prime;
};
[[nodiscard]] RocIntervals roc_intervals(std::span<const ScoredTrial> sorted,
                                         const SubjectBootstrap& bootstrap, double scale = 1);

/// product_weight_scale() of the trials, at the threshold of their equal error rate; 1 where no
/// non-mated trial is of two units.
[[nodiscard]] double non_mated_scale(std::span<const ScoredTrial> sorted, int units);

}  // namespace robench
