// SPDX-License-Identifier: Apache-2.0
// Backends run the weights of a model. Each is a file in models/backends with one exported function.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "models/embedder.h"

namespace robench {

/// What a backend's file exports as `robench_make_NAME`. `weights`: the card's files in its order,
/// their hashes checked. The caller owns the result. Throws EnvironmentError when the weights cannot
/// be loaded or do not give what the card says.
using MakeEmbedder = Embedder* (*)(const ModelCard& card,
                                   const std::vector<std::filesystem::path>& weights);

struct Backend {
  std::string name;           // file stem = name in cards
  std::string module;         // librobench_MODULE.so that holds it; "" = this library
  std::string weights;        // which files it reads, in words; "" = none
  bool needs_weights = true;  // false: a card may leave them out
  int version = 1;            // raised by any change of the numbers; part of every cell's key
};

/// All backends, built or not, sorted by name.
[[nodiscard]] const std::vector<Backend>& backends();
/// nullptr when unknown.
[[nodiscard]] const Backend* find_backend(std::string_view name);
[[nodiscard]] std::vector<std::string> backend_names();

}  // namespace robench
