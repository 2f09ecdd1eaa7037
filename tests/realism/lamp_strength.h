// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>

#include "tests/realism/yale_faces.h"

namespace robench::realism {

/// How strong each lamp is, from pixels alone: 1 = as strong as it should be beside its mirror image.
///
/// A lamp and its mirror image light mirrored halves of the face alike, if people are symmetric on
/// average. So their ratio, over the pixels that both light well, is one of strength, whatever the shape
/// of a head and however skin reflects; each of the two gets the square root. A lamp in the middle has
/// no such partner, and what the two lamps of a pair have in common is not told from shading: it stays
/// 1, and so do pairs that fewer than five subjects tell of.
[[nodiscard]] std::map<Light, double> lamp_strengths(std::span<const Subject> subjects);

}  // namespace robench::realism
