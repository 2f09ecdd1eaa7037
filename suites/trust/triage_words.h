// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "suites/trust/triage.h"

namespace robench {

/// Why a face got its decision, in plain words: "light from one side: half of the face in shadow;
/// quality 22 (p 0.221, kept from 0.970); band 0.13 to 0.55 (+-0.21)". The worst two measures are named
/// where they are low, of a kept face as what it is usable in spite of; with the flags, once the
/// adjusted p are there. `keep`: the probability from which it is kept.
[[nodiscard]] std::string reason_in_words(const TriageRow& row, const TrustCalibration& calibration,
                                          double keep);

}  // namespace robench
