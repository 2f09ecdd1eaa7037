// SPDX-License-Identifier: Apache-2.0
#include "metrics/paired_verdicts.h"

#include "perturb/error.h"

namespace robench {
namespace {

PairedVerdict verdict_of(const PairedCell& cell, const SimultaneousLimit& limit, double margin) {
  if (cell.identical) return PairedVerdict::identical;
  if (!limit.low || !limit.high) return PairedVerdict::cannot_tell;
  if (-margin <= *limit.low && *limit.high <= margin) return PairedVerdict::equivalent;
  if (*limit.low > 0) return PairedVerdict::worse;
  if (*limit.high < 0) return PairedVerdict::better;
  return PairedVerdict::cannot_tell;
}

}  // namespace

std::string_view to_string(PairedVerdict verdict) {
  switch (verdict) {
    case PairedVerdict::identical:
      return "identical";
    case PairedVerdict::equivalent:
      return "equivalent";
    case PairedVerdict::better:
      return "better";
    case PairedVerdict::worse:
      return "worse";
    case PairedVerdict::cannot_tell:
      return "cannot tell";
    case PairedVerdict::no_value:
      return "no value";
  }
  ROBENCH_ASSERT(false && "a verdict without a name");
  return {};
}

const Margins& default_margins() {
  static const Margins margins = {{"fnmr", 0.01},
                                  {"fnmr_drop_in", 0.01},
                                  {"fmr", 0.01},
                                  {"fmr_drop_in", 0.01},
                                  {"drift_angle_deg", 1},
                                  {"drift_relative", 0.01},
                                  {"not_acquired_rate", 0.01}};
  return margins;
}

std::vector<JudgedPair> paired_verdicts(std::span<const PairedCell> cells, int units, std::uint64_t seed,
                                        const Margins& margins) {
  const SubjectBootstrap bootstrap(units, seed);
  std::vector<JudgedPair> judged(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) judged[i].margin = margins.at(cells[i].measure);
  for (const std::string& measure : paired_measures()) {
    std::vector<std::size_t> of_measure;
    std::vector<UnitDifferences> differences;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].measure != measure || cells[i].values.empty()) continue;
      of_measure.push_back(i);
      differences.push_back(unit_differences(cells[i], units));
    }
    const auto limits = simultaneous_limits(differences, seed, {0.95, true});
    for (std::size_t k = 0; k < of_measure.size(); ++k) {
      const PairedCell& cell = cells[of_measure[k]];
      JudgedPair& result = judged[of_measure[k]];
      result.differences = std::move(differences[k]);
      result.limit = limits[k];
      result.alone = bootstrap_difference(cell, bootstrap);
      result.verdict = verdict_of(cell, limits[k], result.margin);
    }
  }
  return judged;
}

}  // namespace robench
