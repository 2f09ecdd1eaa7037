// SPDX-License-Identifier: Apache-2.0
// Differences of two rates or means over the same people: what both share cancels out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "metrics/measure.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// a - b, both resampled with the same draws of subjects.
struct PairedDifference {
  double difference = 0;
  std::optional<Interval> ci95;  // central 95 % of the replicates
  /// Two-sided, of "no difference": twice the smaller share of replicates beyond 0, interpolated like
  /// the ends of ci95, so that p < 0.05 exactly where ci95 leaves 0 out. NaN where there is no interval.
  double p = 0;
  std::string note;  // why there is no interval, or where it is from another rule
};

/// From the replicates of both, r-th with r-th. Replicates that are not finite are left out; no interval
/// where fewer than half are left.
[[nodiscard]] PairedDifference paired_difference(double a, double b,
                                                 std::span<const double> replicates_a,
                                                 std::span<const double> replicates_b);

/// Of two means or rates over values of the same units. No interval below
/// SubjectBootstrap::kMinSubjects units with values in both. Where no unit differs, resampling says
/// [0, 0]; the interval is then by the rule of three over the m units, [-3/m, 3/m], p = 1 and the note
/// says so: meant for shares. Requires: both have values.
[[nodiscard]] PairedDifference paired_difference(const UnitMean& a, const UnitMean& b,
                                                 const SubjectBootstrap& bootstrap);

/// The two-sided p of paired_difference() from replicates of any difference; NaN without finite ones.
[[nodiscard]] double two_sided_p(std::span<const double> differences);

}  // namespace robench
