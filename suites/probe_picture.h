// SPDX-License-Identifier: Apache-2.0
// Generated pictures that stand in for faces where only the runtime is under test.
#pragma once

#include <cstdint>

#include "perturb/image.h"
#include "perturb/landmarks.h"

namespace robench {

/// Raised with every change of pixels or landmarks: runs over other probes cannot be compared.
inline constexpr int kProbeVersion = 1;
inline constexpr int kMostProbes = 10'000;
/// Side of a probe's picture, in pixels.
inline constexpr int kProbeSidePx = 320;

/// A picture and the 68 points that it was drawn from.
struct ProbePicture {
  Image image;
  Landmarks landmarks;
};

/// Probe `number`, from 0: a mask of soft ellipses where a face has eyes, brows, nose and mouth, under a
/// coloured texture. It is nobody's face, nor meant to be taken for one: its use is that the vectors of
/// different probes differ, so that whatever moves a vector shows. Made of integers from a counter and
/// of
/// + - * / and square roots alone, which IEEE 754 rounds alike everywhere, so that the pixels are the
/// same bytes on every machine.
[[nodiscard]] ProbePicture probe_picture(std::uint32_t number);

}  // namespace robench
