// SPDX-License-Identifier: Apache-2.0
// Networks of other runtimes, written as TorchScript archives.
#pragma once

#include <filesystem>

#include "models/tfjs_graph.h"

namespace robench {

/// Both load the module `torch` on first use and throw EnvironmentError: what cannot be rebuilt, named;
/// robench was built without LibTorch; the disk is full.
void save_tfjs_script(const TfjsGraph& part, const std::filesystem::path& file);
/// Weights by the names of the face-api package (models/dlib_resnet_file.h).
void save_dlib_resnet_script(const TfjsWeights& weights, const std::filesystem::path& file);

}  // namespace robench
