// SPDX-License-Identifier: Apache-2.0
// A slow second opinion on a TensorFlow.js graph model: plain loops in double precision, in TensorFlow's
// own order of dimensions. It shares nothing with the backend but the reading of the file, so that what
// both agree on is what the file says.
#pragma once

#include <span>

#include "models/embedding_table.h"
#include "models/tfjs_graph.h"

namespace robench {

/// The output of `part` (as part_for() gives it) for `count` pictures. `pictures`: count x 3 x height x
/// width, as to_tensor() makes them. One row per picture.
/// Throws EnvironmentError, which names the operation, for what it does not know.
[[nodiscard]] EmbeddingMatrix evaluate_tfjs(const TfjsGraph& part, std::span<const float> pictures,
                                            int count, int height, int width);

}  // namespace robench
