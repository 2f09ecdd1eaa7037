// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "perturb/occlusion/parts/worn_mask.h"
#include "perturb/perturbation.h"

namespace robench {

/// What one kind of mask has of its own.
struct MaskKind {
  std::string name;
  std::string summary;
  std::string shape;  // worn when nothing is said: "wide" or "round"
  std::vector<std::string> colours;
  std::string default_colour;
  std::function<Perturbed(const Image&, const Frame&, const MaskFit&, const std::string& colour)> wear;
};

/// What all masks over mouth and nose share: variants and severities after NISTIR 8311.
[[nodiscard]] PerturbationSpec mask_spec(const MaskKind& kind);

}  // namespace robench
