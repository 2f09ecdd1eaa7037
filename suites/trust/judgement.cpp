// SPDX-License-Identifier: Apache-2.0
#include "suites/trust/judgement.h"

#include <cmath>

#include "metrics/confidence/ridge_logistic.h"

namespace robench {

int TrustJudgement::quality() const { return static_cast<int>(std::lround(100 * p_usable)); }

TrustJudge::TrustJudge(const TrustCalibration& calibration) : calibration_(calibration) {
  const int for_two_sides = least_subjects((1 + calibration.coverage) / 2);
  const int for_one_side = least_subjects(calibration.coverage);
  for (std::size_t bin = 1; bin <= calibration.bin_edges.size() + 1; ++bin) {
    const std::string name = std::to_string(bin);
    const auto score = choose_reference(calibration.score, name, for_two_sides);
    const auto drift = choose_reference(calibration.drift, name, for_one_side);
    TrustJudgement bands;
    bands.bin = name;
    bands.score = two_sided_band(*score.reference, calibration.coverage);
    bands.drift = upper_band(*drift.reference, calibration.coverage);
    of_bin_.emplace(name, bands);
  }
}

TrustJudgement TrustJudge::judge(const FaceReading& reading, bool with_flags) const {
  const double log_odds =
      usable_log_odds(calibration_.usable, covariates(reading, calibration_.usable.names));
  TrustJudgement judgement = of_bin_.at(quality_bin(calibration_, log_odds));
  judgement.p_usable = logistic(log_odds);
  if (!with_flags || !calibration_.flags || !(reading.vector.norm() > 0)) return judgement;
  const FlagValues flags =
      judge_flags(*calibration_.flags, reading.vector.cast<double>(), capture_measures(reading));
  judgement.capture_p = flags.capture_p.front();
  judgement.population_p = flags.population_p.front();
  return judgement;
}

}  // namespace robench
