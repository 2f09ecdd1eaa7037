// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "perturb/image.h"

namespace robench {

/// `change` applied to the picture, or, where a side is longer than `max_side`, to halves of it: codecs
/// have a largest picture (JPEG 65,500 pixels, WebP 16,383), perturbations have none.
/// Requires: max_side positive; `change` keeps the size.
[[nodiscard]] Image changed_in_parts(const Image& image, int max_side,
                                     const std::function<Image(const Image&)>& change);

}  // namespace robench
