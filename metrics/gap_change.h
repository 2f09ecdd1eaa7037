// SPDX-License-Identifier: Apache-2.0
// Does a perturbation widen the gap between two groups? Difference in differences of FNMR, over the same
// mated comparisons clean and perturbed.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "metrics/grouping.h"
#include "metrics/metric.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// Mated comparisons that were judged both clean and perturbed, by the unit of their subject.
struct PairedNonMatches {
  std::vector<double> judged;
  std::vector<double> clean;      // of them false non-matches on the clean condition
  std::vector<double> perturbed;  // of them false non-matches under the perturbation
};
/// At the frozen threshold. Requires: the threshold is available.
[[nodiscard]] PairedNonMatches paired_non_matches(const CleanContext& context,
                                                  const ResamplingUnits& units,
                                                  std::span<const EmbeddingTable* const> tables);

/// The change of a gap on one scale.
struct ScaledChange {
  double gap = 0;     // group a minus group b, perturbed
  double change = 0;  // gap minus the clean gap
  double se = 0;      // of `change`
  std::optional<Interval> gap_ci95;
  std::optional<Interval> change_ci95;
  double p = 1;  // two-sided, of "no change": normal, with se

  /// The smallest true change that a two-sided test at 5 % finds with a power of 80 %.
  [[nodiscard]] double detectable() const;
};

struct GapChange {
  ScaledChange difference;  // of rates
  ScaledChange log_odds;    // of rates (errors + 1/2) / (n + 1)
  int subjects_a = 0;
  int subjects_b = 0;
  double n = 0;  // comparisons of both groups

  /// Of the claim that both scales make: the larger p, which is a test at its own level (an
  /// intersection-union test: Berger 1982, Technometrics 24:295); 1 where they point apart.
  [[nodiscard]] double joint_p() const;
  /// +1: the gap is larger than on the clean condition, on both scales; -1: smaller; 0: they disagree.
  [[nodiscard]] int direction() const;
};

/// Subjects are resampled with all of their comparisons, clean and perturbed together. se: SD of the
/// replicates; on the log-odds scale a count of 0 or n, which resampling cannot move, adds the variance
/// 1 / (e + 1/2) + 1 / (n - e + 1/2) of Gart and Zweifel (1967, Biometrika 54:181).
/// nullopt where a group has fewer than SubjectBootstrap::kMinSubjects subjects, or nobody was falsely
/// rejected at all.
[[nodiscard]] std::optional<GapChange> gap_change(const PairedNonMatches& outcomes,
                                                  const Grouping& grouping, int a, int b,
                                                  const SubjectBootstrap& bootstrap);

}  // namespace robench
