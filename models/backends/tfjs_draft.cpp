// SPDX-License-Identifier: Apache-2.0
#include "models/backends/tfjs_draft.h"

#include <cmath>

#include <fmt/format.h>

#include "perturb/error.h"

namespace robench {
namespace {

/// TensorFlow's SAME where its zeros depend on the size of the picture: the odd one comes last.
constexpr const char* kSamePadding = R"(
def same_padding(self, x, kh: int, kw: int, sh: int, sw: int, value: float):
    ph = max(((x.size(2) + sh - 1) // sh - 1) * sh + kh - x.size(2), 0)
    pw = max(((x.size(3) + sw - 1) // sw - 1) * sw + kw - x.size(3), 0)
    return torch.constant_pad_nd(x, [pw // 2, pw - pw // 2, ph // 2, ph - ph // 2], value)
)";

}  // namespace

at::Tensor tensor_of(const TfjsArray& array) {
  // from_blob does not copy, and takes no const.
  auto* values = const_cast<float*>(array.values.data());
  return torch::from_blob(values, array.shape, torch::kFloat32).clone();
}

TfjsDraft::Integers integers_of(const TfjsArray& array) {
  return {array.values.begin(), array.values.end()};
}

torch::jit::Module TfjsDraft::finish() {
  module_.define(kSamePadding);
  module_.define("def forward(self, x):\n" + lines_ + "    return " +
                 values_.at(part_.nodes.back().name).code + "\n");
  return module_;
}

void TfjsDraft::refuse(const TfjsNode& node, const std::string& why) {
  throw EnvironmentError(fmt::format("'{}' ({}): {}", node.name, node.op, why));
}

TfjsDraft::Value& TfjsDraft::set(const TfjsNode& node, std::size_t rank, const std::string& code) {
  const std::string name = fmt::format("v{}", values_.size());
  lines_ += fmt::format("    {} = {}\n", name, code);
  return values_[node.name] = {name, rank};
}

const std::string& TfjsDraft::input(const TfjsNode& node, std::size_t index) {
  if (index >= node.inputs.size()) refuse(node, "an input is missing");
  return node.inputs[index];
}

const TfjsDraft::Value& TfjsDraft::value(const TfjsNode& node, std::size_t index) const {
  const auto found = values_.find(input(node, index));
  if (found == values_.end())
    refuse(node, fmt::format("'{}' must not be a constant", input(node, index)));
  return found->second;
}

const TfjsArray& TfjsDraft::constant(const TfjsNode& node, std::size_t index) const {
  const auto found = part_.constants.find(input(node, index));
  if (found == part_.constants.end())
    refuse(node, fmt::format("'{}' must be a constant", input(node, index)));
  return found->second;
}

std::string TfjsDraft::parameter(const at::Tensor& tensor) {
  const std::string name = fmt::format("p{}", parameters_++);
  module_.register_parameter(name, tensor.contiguous(), false);
  return "self." + name;
}

std::string TfjsDraft::operand(const TfjsNode& node, std::size_t index, std::size_t rank) {
  if (const auto found = values_.find(input(node, index)); found != values_.end()) {
    if (found->second.rank != rank) refuse(node, "operands of different rank");
    return found->second.code;
  }
  const TfjsArray& array = constant(node, index);
  if (array.values.size() == 1 && std::isfinite(array.values.front()))
    return parameter(torch::full({1}, array.values.front()));
  if (array.shape.size() > rank) refuse(node, "operands of different rank");
  Integers shape = array.shape;
  shape.insert(shape.begin(), rank - shape.size(), 1);
  const at::Tensor tensor = tensor_of(array).view(shape);
  return parameter(rank == 4 ? tensor.permute({0, 3, 1, 2}) : tensor);
}

std::size_t TfjsDraft::rank_of(const TfjsNode& node) const {
  std::size_t rank = 0;
  for (const std::string& name : node.inputs)
    if (const auto found = values_.find(name); found != values_.end())
      rank = std::max(rank, found->second.rank);
  if (rank == 0) refuse(node, "nothing but constants");
  return rank;
}

void TfjsDraft::set_fused(const TfjsNode& node, std::size_t rank, std::string code) {
  const auto found = node.texts.find("fused_ops");
  std::size_t index = 2;
  if (found != node.texts.end())
    for (const std::string& op : found->second) {
      if (op == "BiasAdd")
        code = fmt::format("({}) + {}", code, operand(node, index++, rank));
      else if (op == "Prelu")
        code = fmt::format("torch.prelu({}, {})", code, slopes(node, index++));
      else if (op == "Relu")
        code = fmt::format("torch.relu({})", code);
      else if (op == "Relu6")
        code = relu6(code);
      else
        refuse(node, fmt::format("the fused operation '{}' is not supported", op));
    }
  set(node, rank, code);
}

/// Not torch.clamp: behind a grouped convolution LibTorch 1.13's optimize_for_inference gives other
/// numbers (tests/backends/tfjs_test.cpp).
std::string TfjsDraft::relu6(const std::string& code) {
  return fmt::format("torch.minimum(torch.relu({}), {})", code, parameter(torch::full({1}, 6.F)));
}

std::string TfjsDraft::slopes(const TfjsNode& node, std::size_t index) {
  const TfjsArray& array = constant(node, index);
  if (!array.shape.empty() && array.shape.back() != static_cast<std::int64_t>(array.values.size()))
    refuse(node, "slopes that differ from place to place are not supported");
  return parameter(tensor_of(array).reshape({-1}));
}

}  // namespace robench
