// SPDX-License-Identifier: Apache-2.0
// TorchScript archives (.pt) on LibTorch.
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/version.h>

#include "models/backend.h"
#include "models/backends/script_model.h"
#include "perturb/error.h"

namespace robench {
namespace {

/// LibTorch counts its threads per calling thread; robench's workers are the parallelism.
void use_one_thread() {
  thread_local const bool once = [] {
    at::set_num_threads(1);
    return true;
  }();
  static_cast<void>(once);
}

/// The frozen module, made faster where that leaves its numbers alone: LibTorch 1.13 gets some networks
/// wrong (a clamp behind a depthwise convolution), and a picture of noise shows it. Freezing copies.
torch::jit::Module optimised(const torch::jit::Module& module, const ModelCard& card) {
  torch::jit::Module frozen = torch::jit::freeze(module);
  torch::jit::Module copy = torch::jit::freeze(module);
  torch::jit::Module faster = torch::jit::optimize_for_inference(copy);
  const at::Tensor noise =
      torch::sin(torch::arange(3 * card.align.height * card.align.width, torch::kFloat32) * 12.9898F)
          .mul(2)
          .view({1, 3, card.align.height, card.align.width});
  try {
    const at::Tensor expected = frozen.forward({noise}).toTensor();
    const at::Tensor found = faster.forward({noise}).toTensor();
    constexpr double kTolerance = 1e-3;  // of the largest component; rounding gives 1e-6
    const double largest = expected.abs().max().item<double>();
    if (!torch::allclose(found, expected, kTolerance, kTolerance * largest, /*equal_nan=*/true))
      return frozen;
  } catch (const std::exception&) {
    // It does not run or gives no tensor: the first batch says so with the card's words.
  }
  return faster;
}

}  // namespace

std::string torch_reason(const std::exception& error) {
  if (const auto* of_library = dynamic_cast<const c10::Error*>(&error)) {
    const std::string whole = of_library->what_without_backtrace();
    return whole.substr(0, whole.find('\n'));
  }
  // The interpreter shows the script first and the reason in the last line, the compiler the other way
  // round.
  std::string whole = error.what();
  while (whole.ends_with('\n')) whole.pop_back();
  const std::string last = whole.substr(whole.rfind('\n') + 1);
  if (last.find("<--- HERE") == std::string::npos) return last;
  whole.erase(0, whole.find_first_not_of('\n'));
  return whole.substr(0, whole.find('\n'));
}

void save_script(const std::function<torch::jit::Module()>& build, const std::filesystem::path& file) {
  try {
    build().save(file.string());
  } catch (const EnvironmentError&) {
    throw;
  } catch (const std::exception& error) {
    throw EnvironmentError(
        fmt::format("cannot write '{}' as TorchScript: {}", file.string(), torch_reason(error)));
  }
}

ScriptModel::ScriptModel(const ModelCard& card, const torch::jit::Module& module)
    : card_(card), module_(module) {
  use_one_thread();
  const c10::InferenceMode no_gradients;
  try {
    module_.eval();
    module_ = optimised(module_, card);
  } catch (const std::exception& error) {
    throw EnvironmentError(
        fmt::format("model '{}' cannot be prepared: {}", card.name, torch_reason(error)));
  }
  // Finds a module that the card describes wrongly now and not in the middle of a run.
  static_cast<void>(embed(std::vector<Image>{
      Image(cv::Mat(card.align.height, card.align.width, CV_8UC3, cv::Scalar(127, 127, 127)))}));
}

EmbeddingMatrix ScriptModel::embed(std::span<const Image> chips) {
  use_one_thread();
  const c10::InferenceMode no_gradients;
  const auto count = static_cast<std::int64_t>(chips.size());
  if (count == 0) return EmbeddingMatrix(0, card_.dim);
  std::vector<float> tensor = to_tensor(chips, card_);
  at::Tensor out;
  try {
    const at::Tensor input = torch::from_blob(
        tensor.data(), {count, 3, card_.align.height, card_.align.width}, torch::kFloat32);
    out = module_.forward({input}).toTensor().to(torch::kFloat32).contiguous();
  } catch (const std::exception& error) {
    throw EnvironmentError(fmt::format("model '{}' does not run: {}", card_.name, torch_reason(error)));
  }
  // N x D, and N x D x 1 x 1, hold the same numbers in the same order.
  if (out.dim() < 2 || out.size(0) != count || out.numel() != count * card_.dim)
    throw EnvironmentError(fmt::format("model '{}': its output is {}, the card says {} x {}", card_.name,
                                       fmt::join(out.sizes().begin(), out.sizes().end(), " x "), count,
                                       card_.dim));
  return Eigen::Map<const EmbeddingMatrix>(out.data_ptr<float>(), count, card_.dim);
}

}  // namespace robench

namespace {

/// What to do about an archive of a PyTorch that came after this LibTorch: its version record is too
/// high, or it calls an operator that is not known here.
std::string way_out_of(const std::string& reason) {
  const bool too_new = reason.find("maximum supported version") != std::string::npos ||
                       reason.find("Unknown builtin op") != std::string::npos ||
                       reason.find("Unrecognized data format") != std::string::npos;
  return too_new ? "it was written by a newer PyTorch: run it there, see `backend: external` in "
                   "models/README.md, or build robench with a newer LibTorch"
                 : "";
}

torch::jit::Module load_archive(const robench::ModelCard& card, const std::filesystem::path& file) {
  try {
    return torch::jit::load(file.string());
  } catch (const std::exception& error) {
    const std::string reason = robench::torch_reason(error);
    throw robench::EnvironmentError(fmt::format("model '{}': LibTorch {} cannot read '{}': {}",
                                                card.name, TORCH_VERSION, file.string(), reason),
                                    way_out_of(reason));
  }
}

}  // namespace

extern "C" robench::Embedder* robench_make_torchscript(
    const robench::ModelCard& card, const std::vector<std::filesystem::path>& weights) {
  return new robench::ScriptModel(card, load_archive(card, weights.front()));
}
