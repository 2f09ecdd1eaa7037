// SPDX-License-Identifier: Apache-2.0
#include "suites/inspect/severity_of.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "perturb/error.h"
#include "perturb/perturbation.h"

namespace robench {
namespace {

/// Values of a measure at severities 0..5, rising or falling.
using Rungs = std::array<double, 6>;

/// Medians over the faces found in 120 photographs of LFW folds 1-5 (a seeded sample), clean and
/// perturbed at severities 1 to 5 by `robench perturb`, measured by `robench data inspect`: what the
/// perturbation makes of an ordinary photograph. 126 faces clean; where many are no longer found, those
/// that are left: 57 of 126 under low_light@5, 45 under gaussian_blur@5.
constexpr Rungs kDarkness{0.507, 0.432, 0.367, 0.308, 0.262, 0.226};         // luminance_mean
constexpr Rungs kOverExposure{0.507, 0.593, 0.680, 0.772, 0.845, 0.900};     // luminance_mean
constexpr Rungs kSharpness{0.0413, 0.0228, 0.0122, 0.0089, 0.0072, 0.0058};  // sharpness
constexpr Rungs kSideLight{0.297, 0.967, 1.77, 2.53, 3.08, 3.39};            // |left_right_ev|

/// The perturbation's own ladder where the measure is its strength; below the first rung is 0.
Rungs ladder_of(const std::string& perturbation) {
  const RegisteredPerturbation* found = find_perturbation(perturbation);
  ROBENCH_ASSERT(found != nullptr);
  const auto& ladder = found->spec.ladder;
  return {
      found->spec.neutral.value_or(ladder[0]), ladder[0], ladder[1], ladder[2], ladder[3], ladder[4]};
}

Rungs rungs_of(const std::string& perturbation) {
  if (perturbation == "low_light") return kDarkness;
  if (perturbation == "over_exposure") return kOverExposure;
  if (perturbation == "gaussian_blur") return kSharpness;
  if (perturbation == "side_light") return kSideLight;
  return ladder_of(perturbation);
}

}  // namespace

const std::vector<SeverityScale>& severity_scales() {
  static const std::string kMedian = "median of LFW under it has this value";
  static const std::vector<SeverityScale> scales = {
      {"low_resolution", PhotoMeasure::inter_eye_px, "its strength is this measure"},
      {"low_light", PhotoMeasure::luminance_mean, kMedian},
      {"over_exposure", PhotoMeasure::luminance_mean, kMedian},
      {"gaussian_blur", PhotoMeasure::sharpness, kMedian},
      {"jpeg", PhotoMeasure::jpeg_quality, "its strength is this measure"},
      {"side_light", PhotoMeasure::left_right_ev, kMedian},
      {"rotate_in_plane", PhotoMeasure::roll_deg, "its strength is this measure"},
  };
  return scales;
}

std::optional<double> severity_of(const SeverityScale& scale, const PhotoReading& reading) {
  double value = reading.value(scale.measure);
  if (std::isnan(value)) return std::nullopt;
  if (scale.measure == PhotoMeasure::left_right_ev || scale.measure == PhotoMeasure::roll_deg)
    value = std::abs(value);
  const Rungs rungs = rungs_of(scale.perturbation);
  const double sign = rungs[5] > rungs[1] ? 1 : -1;  // +1: larger is worse
  if (sign * value < sign * rungs[1] && rungs[0] == rungs[1]) return 0;
  if (sign * value <= sign * rungs[0]) return rungs[0] == rungs[1] ? 1 : 0;
  for (std::size_t severity = 1; severity < rungs.size(); ++severity)
    if (sign * value <= sign * rungs[severity])
      return static_cast<double>(severity - 1) +
             (value - rungs[severity - 1]) / (rungs[severity] - rungs[severity - 1]);
  return 5;
}

}  // namespace robench
