// SPDX-License-Identifier: Apache-2.0
// How well a score tells two kinds of samples apart, by subjects.
#pragma once

#include <span>
#include <string>

#include "metrics/measure.h"
#include "metrics/paired_difference.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// One score of one sample of one person.
struct LabelledScore {
  double score = 0;       // not NaN
  bool positive = false;  // larger scores are expected here
  int unit = 0;           // resampling unit
};

/// Probability that a positive scores above a negative, ties half (Mann-Whitney). ci95 by subjects.
/// Refused without either kind.
[[nodiscard]] Measure auroc(std::string name, std::span<const LabelledScore> scores,
                            const SubjectBootstrap& bootstrap);

/// AUROC of a minus that of b, two scores of the same samples in the same order, in the same replicates.
/// Requires: both kinds occur.
[[nodiscard]] PairedDifference auroc_difference(std::span<const LabelledScore> a,
                                                std::span<const LabelledScore> b,
                                                const SubjectBootstrap& bootstrap);

}  // namespace robench
