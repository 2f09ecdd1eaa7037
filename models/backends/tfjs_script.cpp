// SPDX-License-Identifier: Apache-2.0
// A TensorFlow.js graph model as TorchScript. Filters, paddings and axes are reordered here, once, and
// nothing at run time but what a `Reshape` of a picture needs. Bias, scale and activation stay
// operations of their own; LibTorch folds them into the convolutions when it freezes the module.
#include "models/backends/tfjs_script.h"

#include <array>
#include <set>

#include <fmt/format.h>

#include "models/backends/tfjs_draft.h"
#include "models/backends/tfjs_layers.h"

namespace robench {
namespace {

void clip_at_6(TfjsDraft& draft, const TfjsNode& node) {
  const TfjsDraft::Value x = draft.value(node, 0);
  draft.set(node, x.rank, draft.relu6(x.code));
}

/// A dimension of TensorFlow's order in LibTorch's.
std::int64_t moved(const TfjsNode& node, std::int64_t axis, std::size_t rank) {
  constexpr std::array<std::int64_t, 4> kMoved{0, 2, 3, 1};
  if (axis < 0) axis += static_cast<std::int64_t>(rank);
  if (axis < 0 || axis >= static_cast<std::int64_t>(rank))
    TfjsDraft::refuse(node, "an axis is out of range");
  return rank == 4 ? kMoved[static_cast<std::size_t>(axis)] : axis;
}

void reduce(TfjsDraft& draft, const TfjsNode& node) {
  const TfjsDraft::Value x = draft.value(node, 0);
  std::set<std::int64_t> axes;
  for (const std::int64_t axis : integers_of(draft.constant(node, 1)))
    axes.insert(moved(node, axis, x.rank));
  const bool keep = node.flag("keep_dims");
  const std::size_t rank = keep ? x.rank : x.rank - axes.size();
  if (rank != 2 && rank != 4) TfjsDraft::refuse(node, "its result is neither a picture nor a vector");
  draft.set(node, rank,
            fmt::format("torch.{}({}, [{}], {})", node.op == "Mean" ? "mean" : "sum", x.code,
                        fmt::join(axes, ", "), keep ? "True" : "False"));
}

void reshape(TfjsDraft& draft, const TfjsNode& node) {
  const TfjsDraft::Value x = draft.value(node, 0);
  const TfjsDraft::Integers shape = integers_of(draft.constant(node, 1));
  if (shape.size() != 2 && shape.size() != 4)
    TfjsDraft::refuse(node, "its result is neither a picture nor a vector");
  std::string code = x.rank == 4 ? fmt::format("{}.permute([0, 2, 3, 1])", x.code) : x.code;
  code += fmt::format(".reshape([{}])", fmt::join(shape, ", "));
  draft.set(node, shape.size(), shape.size() == 4 ? code + ".permute([0, 3, 1, 2])" : code);
}

void squeeze(TfjsDraft& draft, const TfjsNode& node) {
  const TfjsDraft::Value x = draft.value(node, 0);
  std::set<std::int64_t> axes;
  for (const std::int64_t axis : node.integers_or("squeeze_dims", {}))
    axes.insert(moved(node, axis, x.rank));
  if (x.rank != 4 || axes != std::set<std::int64_t>{2, 3})
    TfjsDraft::refuse(node, "only height and width of pictures are squeezed");
  draft.set(node, 2, fmt::format("{}.squeeze(3).squeeze(2)", x.code));
}

void join(TfjsDraft& draft, const TfjsNode& node) {
  const std::size_t rank = draft.rank_of(node);
  std::vector<std::string> parts;
  for (std::size_t i = 0; i + 1 < node.inputs.size(); ++i) parts.push_back(draft.value(node, i).code);
  const TfjsArray& axis = draft.constant(node, node.inputs.size() - 1);
  if (axis.values.size() != 1 || moved(node, integers_of(axis).front(), rank) != 1)
    TfjsDraft::refuse(node, "arrays are joined along the channels only");
  draft.set(node, rank, fmt::format("torch.cat([{}], 1)", fmt::join(parts, ", ")));
}

void translate(TfjsDraft& draft, const TfjsNode& node) {
  static const std::map<std::string, const char*> kOnes = {
      {"Abs", "torch.abs({})"},         {"Identity", "{}"},
      {"Relu", "torch.relu({})"},       {"Rsqrt", "torch.rsqrt({})"},
      {"Sigmoid", "torch.sigmoid({})"}, {"Softmax", "torch.softmax({}, 1)"},
      {"Sqrt", "torch.sqrt({})"},       {"Square", "torch.square({})"},
      {"Tanh", "torch.tanh({})"},
  };
  static const std::map<std::string, const char*> kTwos = {
      {"Add", "{} + {}"},
      {"AddV2", "{} + {}"},
      {"BiasAdd", "{} + {}"},
      {"Maximum", "torch.maximum({}, {})"},
      {"Minimum", "torch.minimum({}, {})"},
      {"Mul", "{} * {}"},
      {"RealDiv", "{} / {}"},
      {"Sub", "{} - {}"},
  };
  using Rule = void (*)(TfjsDraft&, const TfjsNode&);
  static const std::map<std::string, Rule> kRules = {
      {"AvgPool", &draft_pool},
      {"ConcatV2", &join},
      {"Conv2D", &draft_convolution},
      {"DepthwiseConv2dNative", &draft_convolution},
      {"FusedBatchNorm", &draft_batch_norm},
      {"FusedBatchNormV3", &draft_batch_norm},
      {"FusedDepthwiseConv2dNative", &draft_convolution},
      {"MatMul", &draft_matrix_product},
      {"MaxPool", &draft_pool},
      {"Mean", &reduce},
      {"Pad", &draft_pad},
      {"Prelu", &draft_prelu},
      {"Relu6", &clip_at_6},
      {"Reshape", &reshape},
      {"Squeeze", &squeeze},
      {"Sum", &reduce},
      {"_FusedConv2D", &draft_convolution},
      {"_FusedMatMul", &draft_matrix_product},
  };
  if (const auto one = kOnes.find(node.op); one != kOnes.end()) {
    const TfjsDraft::Value x = draft.value(node, 0);
    draft.set(node, x.rank, fmt::format(fmt::runtime(one->second), x.code));
  } else if (const auto two = kTwos.find(node.op); two != kTwos.end()) {
    const std::size_t rank = draft.rank_of(node);
    const std::string a = draft.operand(node, 0, rank), b = draft.operand(node, 1, rank);
    draft.set(node, rank, fmt::format(fmt::runtime(two->second), a, b));
  } else if (const auto rule = kRules.find(node.op); rule != kRules.end()) {
    rule->second(draft, node);
  } else {
    TfjsDraft::refuse(node, "this operation is not supported");
  }
}

}  // namespace

torch::jit::Module tfjs_script(const TfjsGraph& part) {
  TfjsDraft draft(part);
  for (const TfjsNode& node : part.nodes)
    if (node.op != "Placeholder") translate(draft, node);
  return draft.finish();
}

}  // namespace robench
