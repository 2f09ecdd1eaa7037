// SPDX-License-Identifier: Apache-2.0
// Noise in proportion to the encoded value, x + x n with a normal n: the definition of ImageNet-C
// (Hendrycks and Dietterich, ICLR 2019), independent in the three channels. Black stays black.
// Its grain is tied to the face, see gaussian_noise.cpp.
#include "perturb/noise/parts/sigma_noise.h"

namespace robench::perturbations {
namespace {

cv::Mat add(const cv::Mat& values, const GrainField& noise, double sigma) {
  cv::Mat noisy;
  cv::scaleAdd(noise.values.mul(values), sigma * noise.amplitude, values, noisy);
  return noisy;
}

}  // namespace

PerturbationSpec speckle_noise() {
  return sigma_noise_spec({.name = "speckle_noise",
                           .summary = "noise in proportion to the encoded value; black stays black",
                           .sigma_unit = "fraction",
                           .sigma_summary = "standard deviation over the value",
                           .ladder = {0.15, 0.2, 0.35, 0.45, 0.6},
                           .ladder_source = "ImageNet-C speckle_noise, on a 112-px ArcFace crop",
                           .add = add});
}

}  // namespace robench::perturbations
