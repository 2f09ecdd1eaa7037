// SPDX-License-Identifier: Apache-2.0
// The curve of ROC and DET, and what is read off it.
#pragma once

#include <span>
#include <vector>

#include "metrics/roc.h"

namespace robench {

/// Accepting where score >= threshold gives these rates. ROC: 1 - fnmr over fmr; DET: fnmr over fmr,
/// both on the normal deviate scale (Martin et al. 1997, "The DET curve in assessment of detection task
/// performance", Eurospeech).
struct RocPoint {
  double threshold = 0;
  double fmr = 0;
  double fnmr = 0;
};

/// From accepting nothing (threshold +infinity, FMR 0, FNMR 1) to accepting all (1, 0); the corners of
/// the curve only, between which it is straight. Empty without mated or without non-mated trials.
/// `weight_of_unit`: of a resample; empty = every unit counts once. A comparison of two units counts
/// with the product, a non-mated one with 1 + scale (w_a w_b - 1).
[[nodiscard]] std::vector<RocPoint> roc_points(std::span<const ScoredTrial> sorted,
                                               std::span<const float> weight_of_unit = {},
                                               double scale = 1);

/// Equal error rate of the lower convex hull of the curve: what choosing between two thresholds by a
/// coin reaches, never above the FVC2000 midpoint's interval (Scott, Niranjan and Prager 1998, BMVC; the
/// `eer_rocch` of bob.measure). NaN without points.
[[nodiscard]] double eer_of_convex_hull(std::span<const RocPoint> points);

/// Area under the ROC curve for FMR in [0, max_fmr], linear between its points, normalised so that
/// chance is 0.5 and perfection 1 (McClish 1989, Medical Decision Making 9:190). 0 < max_fmr <= 1. NaN
/// without points.
[[nodiscard]] double partial_auc(std::span<const RocPoint> points, double max_fmr);

/// Both in each bootstrap replicate; NaN where no mated or no non-mated trial was drawn.
struct CurveReplicates {
  std::vector<double> eer_of_convex_hull;
  std::vector<double> partial_auc;
};
[[nodiscard]] CurveReplicates curve_replicates(std::span<const ScoredTrial> sorted, double max_fmr,
                                               const SubjectBootstrap& bootstrap, double scale = 1);

}  // namespace robench
