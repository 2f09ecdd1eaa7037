// SPDX-License-Identifier: Apache-2.0
// Where do bands hold, and where does exchangeability fail? Counted on people that no band has seen.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "metrics/measure.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// One judged band.
struct AuditedBand {
  int unit = 0;                    // resampling unit of the judged subject
  bool covered = false;            // band.holds(value)
  double width = 0;                // high - low; infinity where the band is
  std::vector<std::string> cells;  // rows that it counts in: "all", "quality=low", "gamma_dark:4"
};

struct CoverageRow {
  std::string cell;
  Measure coverage;           // share covered; n = bands, ci95 by subjects
  double median_width = 0;    // of the finite bands; NaN without any
  std::int64_t infinite = 0;  // bands that say nothing
  int subjects = 0;
  enum class Verdict {
    holds,        // the interval reaches the promise, or lies above it
    fails,        // the whole interval lies below the promise
    cannot_tell,  // too few subjects for an interval
  } verdict = Verdict::cannot_tell;
};

/// A row per cell, in the order of first occurrence. `promised`: the coverage of the bands.
/// `bootstrap` has the units of the audited bands.
[[nodiscard]] std::vector<CoverageRow> coverage_audit(std::span<const AuditedBand> bands,
                                                      double promised,
                                                      const SubjectBootstrap& bootstrap);

}  // namespace robench
