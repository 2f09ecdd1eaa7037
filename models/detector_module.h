// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/face.h"

namespace robench {

/// What a detector's module exports, with C linkage. The caller owns the result.
/// Throws EnvironmentError when something that the detector needs is missing.
using MakeDetector = Detector*();

}  // namespace robench
