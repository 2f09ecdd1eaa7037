// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "suites/trust/calibration.h"
#include "suites/trust/reference_pictures.h"

namespace robench {

/// What is asked of `robench calibrate`.
struct CalibrationRequest {
  double target_fmr = 1e-3;
  double coverage = 0.9;
  int draws = 4;  // perturbed copies per photograph
};

/// Reads the reference set of `experiment` (one model, clean) under `conditions` and fits all of it. The
/// mated partner of a picture is another clean photograph of the subject; where too few subjects have
/// two, the clean photograph itself, and `partner` says that this flatters. Throws ConfigError where the
/// data cannot support it, with the reason and a way out; Interrupted.
[[nodiscard]] TrustCalibration fit_calibration(const Experiment& experiment,
                                               const std::vector<Condition>& conditions,
                                               const CalibrationRequest& request);

/// What `robench calibrate` says of its result, a line per fact.
[[nodiscard]] std::string calibration_summary(const TrustCalibration& calibration);

}  // namespace robench
