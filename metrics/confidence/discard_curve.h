// SPDX-License-Identifier: Apache-2.0
// Error versus discard: what a quality score is worth (ISO/IEC 29794-1, EDC; Schlett et al. 2023, arXiv
// 2303.13294).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "metrics/measure.h"
#include "metrics/paired_difference.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// A judged comparison. Mated comparisons and false non-matches give the FNMR form, non-mated ones and
/// false matches the FMR form: never mix them.
struct DiscardTrial {
  double quality = 0;  // min of both samples; NaN (not assessed) is discarded first
  bool error = false;  // at a threshold that was frozen before
  int unit_a = 0;      // resampling units of the two samples
  int unit_b = 0;
};

/// Quality of a comparison: the smaller of both, NaN where either is.
[[nodiscard]] double pair_quality(double a, double b);

/// Error rate of what is left once the comparisons of lowest quality are discarded. Equal qualities are
/// discarded together: a step function, `error[k]` holds from discarded[k] up to discarded[k + 1].
struct DiscardCurve {
  std::vector<double> discarded;  // share, ascending, begins with 0
  std::vector<double> error;
  [[nodiscard]] double at(double share) const;
};
/// Requires: trials is not empty.
[[nodiscard]] DiscardCurve discard_curve(std::span<const DiscardTrial> trials);

/// Area under the curve for discarded in [0, limit]. Requires: 0 < limit < 1.
[[nodiscard]] double partial_area(const DiscardCurve& curve, double limit);
/// That of an oracle that discards errors first: error (e - d) / (1 - d), 0 from d = e on.
[[nodiscard]] double oracle_area(double error_rate, double limit);

inline constexpr double kDiscardLimit = 0.3;

struct DiscardSummary {
  DiscardCurve curve;
  Measure start;  // error rate with nothing discarded
  Measure area;   // partial_area, in "share" (area of the unit square)
  Measure ratio;  // area over that of random discard (start x limit): 1 = worth nothing, lower is better
  Measure gained;  // (random - area) / (random - oracle): 0 = random, 1 = oracle; higher is better
};
/// Refused without errors. `form`: "fnmr" or "fmr", prefix of the names: "fnmr_discard_area@0.3", ...
[[nodiscard]] DiscardSummary discard_summary(std::span<const DiscardTrial> trials,
                                             const SubjectBootstrap& bootstrap, const std::string& form,
                                             double limit = kDiscardLimit);

/// ratio of a minus ratio of b, for two qualities of the same comparisons in the same order; both in the
/// same replicates of the subjects. Negative = a discards better.
[[nodiscard]] PairedDifference discard_difference(std::span<const DiscardTrial> a,
                                                  std::span<const DiscardTrial> b,
                                                  const SubjectBootstrap& bootstrap,
                                                  double limit = kDiscardLimit);

}  // namespace robench
