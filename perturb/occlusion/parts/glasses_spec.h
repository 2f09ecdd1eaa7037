// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <string>

#include "perturb/occlusion/parts/worn_glasses.h"
#include "perturb/perturbation.h"

namespace robench {

/// What one kind of glasses has of its own.
struct GlassesKind {
  std::string name;
  std::string summary;
  std::string opacity_summary;
  std::array<double, 5> ladder;
  std::string ladder_source;
  std::string no_neutral_reason;
  GlassesMake (*make)(const std::string& shape);
  /// The lens of one side (-1 left, 1 right) at an opacity.
  std::function<void(Occluder&, const WornGlasses&, int side, float opacity)> lay_lens;
};

/// What all glasses share: opacity as the strength, shapes, the frame and its shadow.
[[nodiscard]] PerturbationSpec glasses_spec(const GlassesKind& kind);

}  // namespace robench
