// SPDX-License-Identifier: Apache-2.0
#include "metrics/paired_difference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "metrics/rate.h"
#include "perturb/error.h"

namespace robench {
namespace {

constexpr double kNoDifference = std::numeric_limits<double>::quiet_NaN();

/// The largest q whose quantile() of ascending values is <= 0; 0 when all are above.
double share_up_to_zero(std::span<const double> ascending) {
  const auto above = std::upper_bound(ascending.begin(), ascending.end(), 0.0);
  if (above == ascending.begin()) return 0;
  if (above == ascending.end()) return 1;
  const double low = *(above - 1);
  const auto place = static_cast<double>(above - ascending.begin() - 1) + (0 - low) / (*above - low);
  return place / static_cast<double>(ascending.size() - 1);
}

}  // namespace

double two_sided_p(std::span<const double> differences) {
  std::vector<double> up;
  std::copy_if(differences.begin(), differences.end(), std::back_inserter(up),
               [](double d) { return std::isfinite(d); });
  if (up.empty()) return kNoDifference;
  std::sort(up.begin(), up.end());
  std::vector<double> down(up.rbegin(), up.rend());
  for (double& d : down) d = -d;
  const double least = 1 / static_cast<double>(up.size() + 1);  // not even the observed one is beyond 0
  return std::clamp(2 * std::min(share_up_to_zero(up), share_up_to_zero(down)), least, 1.0);
}

PairedDifference paired_difference(double a, double b, std::span<const double> replicates_a,
                                   std::span<const double> replicates_b) {
  ROBENCH_ASSERT(replicates_a.size() == replicates_b.size());
  std::vector<double> differences(replicates_a.size());
  std::transform(replicates_a.begin(), replicates_a.end(), replicates_b.begin(), differences.begin(),
                 std::minus<>());
  PairedDifference result;
  result.difference = a - b;
  result.ci95 = percentile_interval(differences);
  result.p = result.ci95 ? two_sided_p(differences) : kNoDifference;
  if (!result.ci95) result.note = "no interval: fewer than half of the resamples have both values";
  return result;
}

PairedDifference paired_difference(const UnitMean& a, const UnitMean& b,
                                   const SubjectBootstrap& bootstrap) {
  ROBENCH_ASSERT(a.n() > 0 && b.n() > 0);
  const int units = a.units_with_values_in(b);
  if (units < SubjectBootstrap::kMinSubjects)
    return {a.mean() - b.mean(), std::nullopt, kNoDifference, too_few_subjects(units)};
  if (a == b) {
    const double bound = std::min(1.0, 3.0 / units);
    return {0, Interval{-bound, bound}, 1,
            fmt::format("no subject differs: interval by the rule of three over {} subjects", units)};
  }
  return paired_difference(a.mean(), b.mean(), a.replicates(bootstrap), b.replicates(bootstrap));
}

}  // namespace robench
