// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "suites/inspect/photo_reading.h"

namespace robench {

/// A measure on the ladder of a perturbation.
struct SeverityScale {
  std::string perturbation;
  PhotoMeasure measure;
  std::string how;  // how the two are related, in words
};
[[nodiscard]] const std::vector<SeverityScale>& severity_scales();

/// The severity that the reading corresponds to: 0 = milder than the first rung or than the clean
/// reference, at most 5, which means 5 or worse. nullopt where the measure is missing.
[[nodiscard]] std::optional<double> severity_of(const SeverityScale& scale, const PhotoReading& reading);

}  // namespace robench
