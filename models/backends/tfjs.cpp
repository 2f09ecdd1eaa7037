// SPDX-License-Identifier: Apache-2.0
// TensorFlow.js graph models, run as TorchScript.
#include <filesystem>

#include <fmt/format.h>

#include "models/backend.h"
#include "models/backends/script_model.h"
#include "models/backends/tfjs_script.h"
#include "perturb/error.h"

namespace robench {
namespace {

torch::jit::Module script_of(const ModelCard& card, const std::vector<std::filesystem::path>& weights) {
  try {
    return tfjs_script(part_for(read_tfjs_graph(weights), card.output));
  } catch (const EnvironmentError& error) {
    throw EnvironmentError(fmt::format("model '{}': {}", card.name, error.what()));
  } catch (const std::exception& error) {
    throw EnvironmentError(
        fmt::format("model '{}': LibTorch cannot rebuild it: {}", card.name, torch_reason(error)));
  }
}

}  // namespace
}  // namespace robench

/// What models/script_file.h calls.
extern "C" void robench_save_tfjs(const robench::TfjsGraph& part, const std::filesystem::path& file) {
  robench::save_script([&] { return robench::tfjs_script(part); }, file);
}

extern "C" robench::Embedder* robench_make_tfjs(const robench::ModelCard& card,
                                                const std::vector<std::filesystem::path>& weights) {
  return new robench::ScriptModel(card, robench::script_of(card, weights));
}
