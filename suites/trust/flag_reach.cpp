// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/flag_reach.h"

#include <cmath>

#include <fmt/format.h>

namespace robench {
namespace {

/// The fewest whole things that reach `needed`; what rounding alone left above a whole number is none.
std::int64_t at_least(double needed) { return static_cast<std::int64_t>(std::ceil(needed - 1e-9)); }

}  // namespace

FlagReach flag_reach(const std::vector<TriageRow>& rows, const TrustCalibration& calibration) {
  FlagReach reach;
  reach.reference_people = calibration.flags->capture.reference.subjects;
  reach.least_p = 1.0 / (reach.reference_people + 1);
  for (const TriageRow& row : rows) {
    reach.faces += std::isnan(row.judgement.capture_p) ? 0 : 1;
    const Flag flag = flag_of(row.judgement.capture_p, row.judgement.population_p, kFlagRate);
    reach.capture_below += flag == Flag::capture ? 1 : 0;
    reach.population_below += flag == Flag::population ? 1 : 0;
  }
  const auto faces = static_cast<double>(reach.faces);
  reach.faces_needed = std::max<std::int64_t>(1, at_least(faces * reach.least_p / kFlagRate));
  reach.people_for_one = std::max<std::int64_t>(0, at_least(faces / kFlagRate - 1));
  return reach;
}

std::string flag_summary(const std::vector<TriageRow>& rows, const TrustCalibration& calibration) {
  const FlagReach reach = flag_reach(rows, calibration);
  std::int64_t capture = 0;
  std::int64_t population = 0;
  for (const TriageRow& row : rows) {
    capture += row.capture_p_adjusted <= kFlagRate ? 1 : 0;
    population += row.population_p_adjusted <= kFlagRate ? 1 : 0;
  }
  std::string text = fmt::format(
      "flags over the batch at a false discovery rate of {}: capture {}, population {}\n"
      "single faces at p <= {}: capture {}, population {} of {} (of typical ones about {:.0f} each)\n",
      kFlagRate, capture, population, kFlagRate, reach.capture_below, reach.population_below,
      reach.faces, kFlagRate * static_cast<double>(reach.faces));
  if (reach.faces_needed > 1)
    text += fmt::format(
        "  {} reference people: no p is below {:.2g}, so no face is flagged over the batch before {} of "
        "the {} have that p; one alone could be from {} reference people on (calibrate on twice as "
        "many: half of them fit)\n",
        reach.reference_people, reach.least_p, reach.faces_needed, reach.faces, reach.people_for_one);
  return text;
}

}  // namespace robench
