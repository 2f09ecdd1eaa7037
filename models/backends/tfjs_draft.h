// SPDX-License-Identifier: Apache-2.0
// For the torch module only: costs 20 s per file that includes it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <torch/script.h>

#include "models/tfjs_graph.h"

namespace robench {

/// A graph model of TensorFlow.js on its way to TorchScript: the lines of `forward` so far, the variable
/// that each node has become, and the parameters. Pictures change from N x H x W x C to LibTorch's N x C
/// x H x W.
class TfjsDraft {
 public:
  using Integers = std::vector<std::int64_t>;

  /// What a node has become: a variable of the script.
  struct Value {
    std::string code;
    std::size_t rank = 0;
    // Of a symmetric Pad: what it pads, and by how much; a convolution then pads by itself.
    std::string unpadded{};
    Integers padding{};
  };

  /// `part` outlives this.
  explicit TfjsDraft(const TfjsGraph& part) : part_(part) { values_[part.input] = {"x", 4}; }

  /// The module whose `forward` returns what the last node has become.
  [[nodiscard]] torch::jit::Module finish();

  /// EnvironmentError that names the node and its operation. So do all functions below throw where the
  /// graph is not what they need.
  [[noreturn]] static void refuse(const TfjsNode& node, const std::string& why);

  /// The node becomes a new variable with this value.
  Value& set(const TfjsNode& node, std::size_t rank, const std::string& code);
  /// The same, behind the bias and the activation that a fused operation names.
  void set_fused(const TfjsNode& node, std::size_t rank, std::string code);

  /// Input number `index`, which an earlier node has made.
  [[nodiscard]] const Value& value(const TfjsNode& node, std::size_t index) const;
  /// Input number `index`, which is a constant of the file.
  [[nodiscard]] const TfjsArray& constant(const TfjsNode& node, std::size_t index) const;
  /// An operand of element-wise arithmetic with a result of `rank`: constants along the last dimension
  /// are turned to the place of the channels.
  [[nodiscard]] std::string operand(const TfjsNode& node, std::size_t index, std::size_t rank);
  /// The largest rank of the inputs that are no constants.
  [[nodiscard]] std::size_t rank_of(const TfjsNode& node) const;

  /// A parameter of the module; its name in the script.
  [[nodiscard]] std::string parameter(const at::Tensor& tensor);
  /// A parameter with one slope per channel.
  [[nodiscard]] std::string slopes(const TfjsNode& node, std::size_t index);
  [[nodiscard]] std::string relu6(const std::string& code);

 private:
  [[nodiscard]] static const std::string& input(const TfjsNode& node, std::size_t index);

  const TfjsGraph& part_;
  torch::jit::Module module_{"tfjs"};
  std::map<std::string, Value> values_;
  std::string lines_;
  int parameters_ = 0;
};

/// A copy, in TensorFlow's order of dimensions.
[[nodiscard]] at::Tensor tensor_of(const TfjsArray& array);
[[nodiscard]] TfjsDraft::Integers integers_of(const TfjsArray& array);

}  // namespace robench
