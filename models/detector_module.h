// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "models/face.h"

namespace robench {

/// What a detector's module exports, with C linkage. `file`: its weights, empty for a detector that
/// brings its own. The caller owns the result.
/// Throws EnvironmentError when something that the detector needs is missing or cannot be read.
using MakeDetector = Detector*(const std::filesystem::path& file);

}  // namespace robench
