// SPDX-License-Identifier: Apache-2.0
// Normal noise added to encoded values, the same everywhere: the definition of ImageNet-C (Hendrycks and
// Dietterich, ICLR 2019), independent in the three channels.
// Its grain is tied to the face (perturb/grain_field.h): noise per pixel would vanish from a large
// face when the embedder scales it down.
#include "perturb/noise/parts/sigma_noise.h"

namespace robench::perturbations {
namespace {

cv::Mat add(const cv::Mat& values, const GrainField& noise, double sigma) {
  cv::Mat noisy;
  cv::scaleAdd(noise.values, 255 * sigma * noise.amplitude, values, noisy);
  return noisy;
}

}  // namespace

PerturbationSpec gaussian_noise() {
  return sigma_noise_spec({.name = "gaussian_noise",
                           .summary = "normal noise added to encoded values",
                           .sigma_unit = "encoded value",
                           .sigma_summary = "standard deviation; black is 0, white is 1",
                           .ladder = {0.08, 0.12, 0.18, 0.26, 0.38},
                           .ladder_source = "ImageNet-C gaussian_noise, on a 112-px ArcFace crop",
                           .add = add});
}

}  // namespace robench::perturbations
