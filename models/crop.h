// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "perturb/landmarks.h"

namespace robench {

/// A face can be cut out by these landmarks: every point is finite and the eye centres lie between
/// 1 and 4,000 px apart.
[[nodiscard]] bool usable(const Landmarks& landmarks);

}  // namespace robench
