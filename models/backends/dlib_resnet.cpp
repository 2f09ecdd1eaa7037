// SPDX-License-Identifier: Apache-2.0
// dlib's face recognition network (dlib examples/dnn_face_recognition_ex.cpp, Davis E. King 2017), a
// ResNet with 29 convolutions after He et al. 2015, rebuilt as TorchScript from the weights that the
// face-api package ships. It gives dlib's own vectors (tests/models_dlib) at about thrice the speed.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "models/backend.h"
#include "models/backends/script_model.h"
#include "models/tfjs_weights.h"
#include "perturb/error.h"

namespace robench {
namespace {

/// The residual blocks in order; `halves` = works at half the size of the block before it.
struct Block {
  const char* name;
  bool halves;
};
constexpr std::array<Block, 14> kBlocks{{{"conv32_1", false},
                                         {"conv32_2", false},
                                         {"conv32_3", false},
                                         {"conv64_down", true},
                                         {"conv64_1", false},
                                         {"conv64_2", false},
                                         {"conv64_3", false},
                                         {"conv128_down", true},
                                         {"conv128_1", false},
                                         {"conv128_2", false},
                                         {"conv256_down", true},
                                         {"conv256_1", false},
                                         {"conv256_2", false},
                                         {"conv256_down_out", true}}};

/// dlib does not pad a convolution of stride 2, and where two tensors of different size are added, the
/// missing channels, rows and columns count as zeros.
constexpr const char* kBlockMethods = R"(
def residual(self, x, w1, b1, w2, b2):
    y = torch.relu(torch.conv2d(x, w1, b1, [1, 1], [1, 1]))
    return torch.relu(torch.conv2d(y, w2, b2, [1, 1], [1, 1]) + x)

def residual_down(self, x, w1, b1, w2, b2):
    y = torch.relu(torch.conv2d(x, w1, b1, [2, 2]))
    y = torch.conv2d(y, w2, b2, [1, 1], [1, 1])
    skip = torch.avg_pool2d(x, [2, 2], [2, 2])
    y = torch.constant_pad_nd(y, [0, skip.size(3) - y.size(3), 0, skip.size(2) - y.size(2)])
    skip = torch.constant_pad_nd(skip, [0, 0, 0, 0, 0, y.size(1) - skip.size(1)])
    return torch.relu(y + skip)
)";

/// Turns the named arrays into the parameters of a TorchScript module.
class Rebuilder {
 public:
  explicit Rebuilder(const TfjsWeights& weights) : weights_(weights) {}

  torch::jit::Module build() {
    std::string forward = "def forward(self, x):\n";
    add_convolution("conv32_down");
    forward += "    x = torch.relu(torch.conv2d(x, self.conv32_down_w, self.conv32_down_b, [2, 2]))\n";
    forward += "    x = torch.max_pool2d(x, [3, 3], [2, 2])\n";
    for (const Block& block : kBlocks) {
      add_convolution(fmt::format("{}/conv1", block.name));
      add_convolution(fmt::format("{}/conv2", block.name));
      forward += fmt::format(
          "    x = self.{1}(x, self.{0}_conv1_w, self.{0}_conv1_b, self.{0}_conv2_w, "
          "self.{0}_conv2_b)\n",
          block.name, block.halves ? "residual_down" : "residual");
    }
    module_.register_parameter("fc", tensor("fc", 2), false);
    forward += "    return torch.matmul(x.mean([2, 3]), self.fc)\n";
    module_.define(kBlockMethods);
    module_.define(forward);
    return module_;
  }

 private:
  /// A convolution and the affine layer after it (a frozen batch normalisation), in one.
  void add_convolution(const std::string& name) {
    // TFJS keeps filters as height, width, in, out; LibTorch wants out, in, height, width.
    const at::Tensor filters =
        tensor(name + "/conv/filters", 4).permute({3, 2, 0, 1}).to(torch::kFloat64);
    const at::Tensor bias = tensor(name + "/conv/bias", 1).to(torch::kFloat64);
    const at::Tensor gain = tensor(name + "/scale/weights", 1).to(torch::kFloat64);
    const at::Tensor shift = tensor(name + "/scale/biases", 1).to(torch::kFloat64);
    std::string parameter = name;
    std::replace(parameter.begin(), parameter.end(), '/', '_');
    module_.register_parameter(
        parameter + "_w", (filters * gain.view({-1, 1, 1, 1})).to(torch::kFloat32).contiguous(), false);
    module_.register_parameter(parameter + "_b", (bias * gain + shift).to(torch::kFloat32), false);
  }

  at::Tensor tensor(const std::string& name, std::size_t rank) const {
    const auto found = weights_.find(name);
    if (found == weights_.end() || found->second.shape.size() != rank)
      throw EnvironmentError(fmt::format(
          "these are not the weights of dlib's ResNet: no array '{}' of rank {}", name, rank));
    // from_blob does not copy, and takes no const.
    auto* values = const_cast<float*>(found->second.values.data());
    return torch::from_blob(values, found->second.shape, torch::kFloat32).clone();
  }

  const TfjsWeights& weights_;
  torch::jit::Module module_{"dlib_resnet"};
};

}  // namespace
}  // namespace robench

extern "C" robench::Embedder* robench_make_dlib_resnet(
    const robench::ModelCard& card, const std::vector<std::filesystem::path>& weights) {
  using namespace robench;
  if (weights.size() != 2)
    throw EnvironmentError(
        fmt::format("model '{}': the dlib_resnet backend reads two files, a TFJS manifest "
                    "and its binary, the card names {}",
                    card.name, weights.size()));
  const TfjsWeights arrays = read_tfjs_weights(weights[0], weights[1]);
  try {
    return new ScriptModel(card, Rebuilder(arrays).build());
  } catch (const c10::Error& error) {
    throw EnvironmentError(
        fmt::format("model '{}': LibTorch cannot rebuild it: {}", card.name, torch_reason(error)));
  }
}

/// What models/script_file.h calls.
extern "C" void robench_save_dlib_resnet(const robench::TfjsWeights& weights,
                                         const std::filesystem::path& file) {
  robench::save_script([&] { return robench::Rebuilder(weights).build(); }, file);
}
