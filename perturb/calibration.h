// SPDX-License-Identifier: Apache-2.0
// Strengths that are solved for instead of chosen: "as much of it as brings SSIM down to 0.8", so that
// unlike perturbations are compared at equal damage to the picture.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "perturb/perturbation.h"

namespace robench {

/// What a set point is a value of. Both fall as a perturbation grows.
enum class SimilarityMeasure { ssim, psnr };
[[nodiscard]] std::string_view to_string(SimilarityMeasure measure);

struct SetPoint {
  SimilarityMeasure measure = SimilarityMeasure::ssim;
  double target = 1;

  bool operator==(const SetPoint&) const = default;
};

/// Raised when the measures or the solver change; part of every key of pixels that are solved for.
inline constexpr int kCalibrationVersion = 1;

/// The measure of two pictures of one face, over the square of 5 inter-eye distances around it, brought
/// down to 40 px between the eyes first, so that a set point means the same at every higher resolution.
[[nodiscard]] double similarity_at_face_scale(SimilarityMeasure measure, const Image& clean,
                                              const Image& perturbed, const Frame& frame);

/// Where the bisection ended.
struct SolvedSeverity {
  double severity = 0;  // of the perturbation's ladder
  double value = 0;     // of the measure there
};

/// The severity in (0, 5] whose value comes closest to `target`, by bisection to 1/256 of a severity.
/// `value_at` is monotone but for noise. Where even the mildest severity (that above neutral, or 1 where
/// there is no neutral value) or severity 5 stays on one side of the target, that end is the answer; the
/// caller reports the residual. `falling`: the value falls as severity grows.
[[nodiscard]] SolvedSeverity solve_severity(const PerturbationSpec& spec, double target, bool falling,
                                            const std::function<double(double severity)>& value_at);

/// The perturbation at the strength that brings each single picture to the set point; the residual is
/// in Perturbed::calibration_residual. `params` are resolved, the strength among them is ignored.
[[nodiscard]] Perturber calibrated_perturber(const PerturbationSpec& spec, const Params& params,
                                             const SetPoint& set_point);

}  // namespace robench
