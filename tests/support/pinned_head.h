// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "tests/support/generated_face.h"

namespace robench {

/// The head on which hashes of pixels are recorded: tilted, so that a crop is warped; 60 px between the
/// eyes, times `enlarged` (1 or 5).
[[nodiscard]] GeneratedFace pinned_head(double enlarged);

/// Whether this machine renders the heads of the recorded hashes; says aloud when it does not. Another C
/// library or processor may round a shade otherwise, and then nothing is pinned. `sha256`: of the
/// pixels.
[[nodiscard]] bool renders_pinned_heads(const std::function<std::string(const Image&)>& sha256);

}  // namespace robench
