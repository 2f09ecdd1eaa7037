// SPDX-License-Identifier: Apache-2.0
// From a comparison score to the probability that both images show one subject.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "metrics/measure.h"
#include "metrics/roc.h"

namespace robench {

enum class CalibrationCurve {
  isotonic,  // any rising curve; steps where data are few
  logistic,  // log odds linear in the score (Platt 1999), a weak ridge keeps separable scores finite
};

/// A fitted curve as plain numbers. Knots hold log odds at even prior odds, that is the logarithm of the
/// likelihood ratio of the score, linear in between; outside of the knots logistic goes on straight and
/// isotonic stays constant, for nothing was seen there.
struct MatedProbability {
  CalibrationCurve curve = CalibrationCurve::logistic;
  std::vector<double> score;          // ascending
  std::vector<double> log_odds;       // never falling
  std::vector<double> log_odds_low;   // central 95 % of the subject bootstrap at each knot; empty where
  std::vector<double> log_odds_high;  // there are too few subjects for an interval
  std::int64_t mated = 0;             // trials that it stands on
  std::int64_t non_mated = 0;
  int subjects = 0;
  std::string refused;  // why there is no curve; score is empty then
};

/// Mated and non-mated trials get equal total weight. Of mated trials a subject's share is 1 / subjects
/// whatever its number of photographs; non-mated ones count one each. Isotonic log odds are kept within
/// the rule of three over the subjects at the ends: with no non-mated trial above a score among m
/// subjects, the odds are not said to exceed m / 3. `units`: resampling units of the trials.
/// Refused below SubjectBootstrap::kMinSubjects subjects with mated trials.
[[nodiscard]] MatedProbability fit_mated_probability(std::span<const ScoredTrial> trials, int units,
                                                     CalibrationCurve curve, std::uint64_t seed,
                                                     int replicates = 200);

struct ProbabilityWithInterval {
  double value = 0;
  std::optional<Interval> ci95;  // of the curve, by subjects; not of the single pair
};
/// Posterior probability by Bayes: posterior odds = prior odds x likelihood ratio. `prior`: probability
/// of a mated pair before the images are seen, in (0, 1); the answer is worth no more than it. NaN score
/// gives NaN. Requires: not refused.
[[nodiscard]] ProbabilityWithInterval mated_probability(const MatedProbability& model, double score,
                                                        double prior);

}  // namespace robench
