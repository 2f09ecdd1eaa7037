// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "perturb/image.h"

namespace robench {

/// Peak signal-to-noise ratio in dB over all three channels, peak 255; infinite for equal pictures.
/// Requires: equal sizes.
[[nodiscard]] double psnr_db(const Image& a, const Image& b);

/// Structural similarity of the luma (ITU-R BT.601), mean over the picture, 1 for equal pictures: Wang,
/// Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to structural
/// similarity", IEEE Trans. Image Processing 13 (2004), with their constants: Gaussian window of
/// sigma 1.5, K1 = 0.01, K2 = 0.03. Borders are reflected instead of cut off, so that any size has a
/// value. Requires: equal sizes.
[[nodiscard]] double ssim(const Image& a, const Image& b);

}  // namespace robench
