// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>

#include <opencv2/core.hpp>

#include "perturb/grain_field.h"
#include "perturb/perturbation.h"

namespace robench {

/// What one kind of normal noise on encoded values has of its own.
struct SigmaNoise {
  std::string name;
  std::string summary;
  std::string sigma_unit;
  std::string sigma_summary;
  std::array<double, 5> ladder;
  std::string ladder_source;
  /// Values of the picture in 0..255 with noise of standard deviation `sigma`.
  cv::Mat (*add)(const cv::Mat& values, const GrainField& noise, double sigma);
};

/// What they share: sigma as the strength, 0 as the neutral value, and a grain tied to the face. The
/// default grain is a pixel of the 112-px ArcFace crop.
[[nodiscard]] PerturbationSpec sigma_noise_spec(const SigmaNoise& kind);

}  // namespace robench
