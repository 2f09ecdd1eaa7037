// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/face.h"

namespace robench {

/// Acquired faces as a JSON document with a checksum. Every number reads back as the same number.
/// A face is written only where the status is ok.
[[nodiscard]] std::string faces_to_json(const std::vector<AcquiredFace>& faces);
/// nullopt for anything that faces_to_json did not write, or that has changed since.
[[nodiscard]] std::optional<std::vector<AcquiredFace>> faces_from_json(std::string_view text);

}  // namespace robench
