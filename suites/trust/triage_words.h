// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "suites/trust/triage.h"

namespace robench {

/// Why a face got its decision, in plain words: "light from one side: half of the face in shadow;
/// quality 22; band 0.13 to 0.55 (+-0.21)". The worst two measures are named where they are low; with
/// the flags, once the adjusted p are there.
[[nodiscard]] std::string reason_in_words(const TriageRow& row, const TrustCalibration& calibration);

}  // namespace robench
