// SPDX-License-Identifier: Apache-2.0
// For the torch module only.
#pragma once

#include <string>

#include <torch/script.h>

#include "models/tfjs_graph.h"

namespace robench {

/// The part of a graph model as TorchScript: `forward` takes N x 3 x H x W and gives the output as it
/// is. Throws EnvironmentError, which names the node and its operation, for what is not supported.
[[nodiscard]] torch::jit::Module tfjs_script(const TfjsGraph& part);

}  // namespace robench
