// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/face.h"
#include "suites/suite.h"

namespace robench {

/// A face that strengths are solved on, with the key of its random numbers.
struct CalibrationFace {
  std::string sample;
  FaceCrop crop;
};

/// Faces that are enough: the mean of a similarity over 64 faces is known to a few thousandths.
inline constexpr std::size_t kCalibrationFaces = 64;

/// Gives every step at a severity >= 1 the strength at which it reaches the set point of that severity
/// (linear between set points): on each picture where the suite says `per: image`, else on the mean over
/// `faces`. Returns a line for each solved strength with the value reached and what is left, for the
/// report. Requires: suite.calibration, and no severity between 0 and 1.
[[nodiscard]] std::vector<std::string> calibrate_conditions(Suite& suite,
                                                            std::span<const CalibrationFace> faces);

}  // namespace robench
