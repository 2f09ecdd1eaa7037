// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "perturb/image.h"

namespace robench {

/// The light of one row of pixels: linear pixel = gain * linear pixel + veil.
struct LightRow {
  std::vector<float> gain;  // set to 1 before each row
  std::vector<float> veil;  // set to 0 before each row; 1 = white
};

/// The picture under another light: each row through `light_of_row(y, row)`, in linear light, the same
/// for the three channels. Gain 1 and veil 0 give back the pixels exactly.
[[nodiscard]] Image relit(const Image& image, const std::function<void(int, LightRow&)>& light_of_row);

}  // namespace robench
