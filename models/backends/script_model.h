// SPDX-License-Identifier: Apache-2.0
// For the backends of the torch module only: costs 20 s per file that includes it.
#pragma once

#include <exception>
#include <filesystem>
#include <functional>
#include <string>

#include <torch/script.h>

#include "models/embedder.h"

namespace robench {

/// A TorchScript module run as the card says: eval mode, frozen, one thread, whole batches.
class ScriptModel : public Embedder {
 public:
  /// Throws EnvironmentError when the module does not give what the card says.
  ScriptModel(const ModelCard& card, const torch::jit::Module& module);
  EmbeddingMatrix embed(std::span<const Image> chips) override;

 private:
  ModelCard card_;
  torch::jit::Module module_;
};

/// Writes what `build` makes as an archive. Throws EnvironmentError.
void save_script(const std::function<torch::jit::Module()>& build, const std::filesystem::path& file);

/// The one line of a LibTorch error that says what is wrong, without its stack traces.
[[nodiscard]] std::string torch_reason(const std::exception& error);

}  // namespace robench
