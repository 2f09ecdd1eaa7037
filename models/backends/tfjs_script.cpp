// SPDX-License-Identifier: Apache-2.0
// A TensorFlow.js graph model as TorchScript. Pictures change from N x H x W x C to LibTorch's N x C x H
// x W on the way: filters, paddings and axes are reordered here, once, and nothing at run time but what
// a `Reshape` of a picture needs. Bias, scale and activation stay operations of their own; LibTorch
// folds them into the convolutions when it freezes the module.
#include "models/backends/tfjs_script.h"

#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "perturb/error.h"

namespace robench {
namespace {

using Integers = std::vector<std::int64_t>;

/// TensorFlow's SAME where its zeros depend on the size of the picture: the odd one comes last.
constexpr const char* kSamePadding = R"(
def same_padding(self, x, kh: int, kw: int, sh: int, sw: int, value: float):
    ph = max(((x.size(2) + sh - 1) // sh - 1) * sh + kh - x.size(2), 0)
    pw = max(((x.size(3) + sw - 1) // sw - 1) * sw + kw - x.size(3), 0)
    return torch.constant_pad_nd(x, [pw // 2, pw - pw // 2, ph // 2, ph - ph // 2], value)
)";

/// What a node has become: a variable of the script.
struct Value {
  std::string code;
  std::size_t rank = 0;
  // Of a symmetric Pad: what it pads, and by how much; a convolution then pads by itself.
  std::string unpadded{};
  Integers padding{};
};

class Script {
 public:
  explicit Script(const TfjsGraph& part) : part_(part) {}

  torch::jit::Module build() {
    values_[part_.input] = {"x", 4};
    for (const TfjsNode& node : part_.nodes)
      if (node.op != "Placeholder") translate(node);
    module_.define(kSamePadding);
    module_.define("def forward(self, x):\n" + lines_ + "    return " +
                   values_.at(part_.nodes.back().name).code + "\n");
    return module_;
  }

 private:
  [[noreturn]] static void refuse(const TfjsNode& node, const std::string& why) {
    throw EnvironmentError(fmt::format("'{}' ({}): {}", node.name, node.op, why));
  }

  void set(const TfjsNode& node, std::size_t rank, const std::string& code) {
    const std::string name = fmt::format("v{}", values_.size());
    lines_ += fmt::format("    {} = {}\n", name, code);
    values_[node.name] = {name, rank};
  }

  [[nodiscard]] const std::string& input(const TfjsNode& node, std::size_t index) const {
    if (index >= node.inputs.size()) refuse(node, "an input is missing");
    return node.inputs[index];
  }

  [[nodiscard]] const Value& value(const TfjsNode& node, std::size_t index) const {
    const auto found = values_.find(input(node, index));
    if (found == values_.end())
      refuse(node, fmt::format("'{}' must not be a constant", input(node, index)));
    return found->second;
  }

  [[nodiscard]] const TfjsArray& constant(const TfjsNode& node, std::size_t index) const {
    const auto found = part_.constants.find(input(node, index));
    if (found == part_.constants.end())
      refuse(node, fmt::format("'{}' must be a constant", input(node, index)));
    return found->second;
  }

  [[nodiscard]] static at::Tensor tensor_of(const TfjsArray& array) {
    // from_blob does not copy, and takes no const.
    auto* values = const_cast<float*>(array.values.data());
    return torch::from_blob(values, array.shape, torch::kFloat32).clone();
  }

  [[nodiscard]] static Integers integers_of(const TfjsArray& array) {
    return {array.values.begin(), array.values.end()};
  }

  /// A parameter of the module; its name in the script.
  std::string parameter(const at::Tensor& tensor) {
    const std::string name = fmt::format("p{}", parameters_++);
    module_.register_parameter(name, tensor.contiguous(), false);
    return "self." + name;
  }

  /// An operand of element-wise arithmetic with a result of `rank`: constants along the last dimension
  /// are turned to the place of the channels.
  std::string operand(const TfjsNode& node, std::size_t index, std::size_t rank) {
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

  [[nodiscard]] std::size_t rank_of(const TfjsNode& node) const {
    std::size_t rank = 0;
    for (const std::string& name : node.inputs)
      if (const auto found = values_.find(name); found != values_.end())
        rank = std::max(rank, found->second.rank);
    if (rank == 0) refuse(node, "nothing but constants");
    return rank;
  }

  void translate(const TfjsNode& node) {
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
    using Rule = void (Script::*)(const TfjsNode&);
    static const std::map<std::string, Rule> kRules = {
        {"AvgPool", &Script::pool},
        {"ConcatV2", &Script::join},
        {"Conv2D", &Script::convolution},
        {"DepthwiseConv2dNative", &Script::convolution},
        {"FusedBatchNorm", &Script::batch_norm},
        {"FusedBatchNormV3", &Script::batch_norm},
        {"FusedDepthwiseConv2dNative", &Script::convolution},
        {"MatMul", &Script::matrix_product},
        {"MaxPool", &Script::pool},
        {"Mean", &Script::reduce},
        {"Pad", &Script::pad},
        {"Prelu", &Script::prelu},
        {"Relu6", &Script::clip_at_6},
        {"Reshape", &Script::reshape},
        {"Squeeze", &Script::squeeze},
        {"Sum", &Script::reduce},
        {"_FusedConv2D", &Script::convolution},
        {"_FusedMatMul", &Script::matrix_product},
    };
    if (const auto one = kOnes.find(node.op); one != kOnes.end()) {
      const Value x = value(node, 0);
      set(node, x.rank, fmt::format(fmt::runtime(one->second), x.code));
    } else if (const auto two = kTwos.find(node.op); two != kTwos.end()) {
      const std::size_t rank = rank_of(node);
      const std::string a = operand(node, 0, rank), b = operand(node, 1, rank);
      set(node, rank, fmt::format(fmt::runtime(two->second), a, b));
    } else if (const auto rule = kRules.find(node.op); rule != kRules.end()) {
      (this->*rule->second)(node);
    } else {
      refuse(node, "this operation is not supported");
    }
  }

  [[nodiscard]] static bool is_same(const TfjsNode& node) {
    const std::string padding = node.text("padding");
    if (padding != "SAME" && padding != "VALID") refuse(node, "its padding is neither SAME nor VALID");
    if (node.text("data_format") == "NCHW") refuse(node, "the data format NCHW is not supported");
    return padding == "SAME";
  }

  /// The middle two of N, height, width, channels.
  static std::array<std::int64_t, 2> of_picture(const TfjsNode& node, const char* attribute) {
    const Integers all = node.integers_or(attribute, {1, 1, 1, 1});
    if (all.size() != 4 || all[1] < 1 || all[2] < 1 || all[1] > 1024 || all[2] > 1024)
      refuse(node, fmt::format("its {} are malformed", attribute));
    return {all[1], all[2]};
  }

  void convolution(const TfjsNode& node) {
    const Value x = value(node, 0);
    const TfjsArray& filters = constant(node, 1);
    if (x.rank != 4 || filters.shape.size() != 4) refuse(node, "shapes do not fit");
    const auto [sh, sw] = of_picture(node, "strides");
    const auto [dh, dw] = of_picture(node, "dilations");
    const std::int64_t reach_h = (filters.shape[0] - 1) * dh + 1,
                       reach_w = (filters.shape[1] - 1) * dw + 1;
    std::string picture = x.code;
    Integers padding{0, 0};
    if (!is_same(node)) {
      if (!x.padding.empty()) picture = x.unpadded, padding = x.padding;
    } else if (sh == 1 && sw == 1 && reach_h % 2 == 1 && reach_w % 2 == 1) {
      padding = {reach_h / 2, reach_w / 2};
    } else {
      picture =
          fmt::format("self.same_padding({}, {}, {}, {}, {}, 0.0)", picture, reach_h, reach_w, sh, sw);
    }
    const bool depthwise = node.op.find("Depthwise") != std::string::npos;
    at::Tensor weights = tensor_of(filters);  // height, width, in, out
    weights = depthwise
                  ? weights.permute({2, 3, 0, 1}).reshape({-1, 1, filters.shape[0], filters.shape[1]})
                  : weights.permute({3, 2, 0, 1});
    set_fused(node, 4,
              fmt::format("torch.conv2d({}, {}, None, [{}, {}], [{}, {}], [{}, {}], {})", picture,
                          parameter(weights), sh, sw, padding[0], padding[1], dh, dw,
                          depthwise ? filters.shape[2] : 1));
  }

  /// `code`, then the bias and the activation that a fused operation names.
  void set_fused(const TfjsNode& node, std::size_t rank, std::string code) {
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
  std::string relu6(const std::string& code) {
    return fmt::format("torch.minimum(torch.relu({}), {})", code, parameter(torch::full({1}, 6.F)));
  }

  void clip_at_6(const TfjsNode& node) {
    const Value x = value(node, 0);
    set(node, x.rank, relu6(x.code));
  }

  /// One slope per channel.
  std::string slopes(const TfjsNode& node, std::size_t index) {
    const TfjsArray& array = constant(node, index);
    if (!array.shape.empty() && array.shape.back() != static_cast<std::int64_t>(array.values.size()))
      refuse(node, "slopes that differ from place to place are not supported");
    return parameter(tensor_of(array).reshape({-1}));
  }

  void prelu(const TfjsNode& node) {
    const Value x = value(node, 0);
    set(node, x.rank, fmt::format("torch.prelu({}, {})", x.code, slopes(node, 1)));
  }

  void matrix_product(const TfjsNode& node) {
    const Value a = value(node, 0);
    const TfjsArray& b = constant(node, 1);
    if (a.rank != 2 || b.shape.size() != 2 || node.flag("transpose_a"))
      refuse(node, "shapes do not fit");
    const at::Tensor matrix = tensor_of(b);
    set_fused(node, 2,
              fmt::format("torch.matmul({}, {})", a.code,
                          parameter(node.flag("transpose_b") ? matrix.t() : matrix)));
  }

  void batch_norm(const TfjsNode& node) {
    const Value x = value(node, 0);
    const auto found = node.numbers.find("epsilon");
    const double epsilon = found == node.numbers.end() ? 1e-4 : found->second;
    const auto vector = [&](std::size_t index) {
      return tensor_of(constant(node, index)).to(torch::kFloat64);
    };
    const at::Tensor gain = vector(1) / torch::sqrt(vector(4) + epsilon);
    const at::Tensor shift = vector(2) - vector(3) * gain;
    const Integers shape = x.rank == 4 ? Integers{1, -1, 1, 1} : Integers{1, -1};
    set(node, x.rank,
        fmt::format("{} * {} + {}", x.code, parameter(gain.to(torch::kFloat32).view(shape)),
                    parameter(shift.to(torch::kFloat32).view(shape))));
  }

  void pool(const TfjsNode& node) {
    const Value x = value(node, 0);
    const auto [kh, kw] = of_picture(node, "ksize");
    const auto [sh, sw] = of_picture(node, "strides");
    const bool max = node.op == "MaxPool";
    const auto padded_picture = [&, kh = kh, kw = kw, sh = sh, sw = sw](const std::string& picture) {
      return is_same(node) ? fmt::format("self.same_padding({}, {}, {}, {}, {}, {})", picture, kh, kw,
                                         sh, sw, max ? "-3.0e38" : "0.0")
                           : picture;
    };
    const auto pooled = [&, kh = kh, kw = kw, sh = sh, sw = sw](const std::string& picture) {
      return fmt::format("torch.{}_pool2d({}, [{}, {}], [{}, {}])", max ? "max" : "avg",
                         padded_picture(picture), kh, kw, sh, sw);
    };
    // TensorFlow's mean is over the pixels that are there.
    const bool over_fewer = !max && is_same(node);
    set(node, 4,
        over_fewer ? fmt::format("{} / {}", pooled(x.code), pooled("torch.ones_like(" + x.code + ")"))
                   : pooled(x.code));
  }

  /// A dimension of TensorFlow's order in LibTorch's.
  static std::int64_t moved(const TfjsNode& node, std::int64_t axis, std::size_t rank) {
    constexpr std::array<std::int64_t, 4> kMoved{0, 2, 3, 1};
    if (axis < 0) axis += static_cast<std::int64_t>(rank);
    if (axis < 0 || axis >= static_cast<std::int64_t>(rank)) refuse(node, "an axis is out of range");
    return rank == 4 ? kMoved[static_cast<std::size_t>(axis)] : axis;
  }

  void reduce(const TfjsNode& node) {
    const Value x = value(node, 0);
    std::set<std::int64_t> axes;
    for (const std::int64_t axis : integers_of(constant(node, 1)))
      axes.insert(moved(node, axis, x.rank));
    const bool keep = node.flag("keep_dims");
    const std::size_t rank = keep ? x.rank : x.rank - axes.size();
    if (rank != 2 && rank != 4) refuse(node, "its result is neither a picture nor a vector");
    set(node, rank,
        fmt::format("torch.{}({}, [{}], {})", node.op == "Mean" ? "mean" : "sum", x.code,
                    fmt::join(axes, ", "), keep ? "True" : "False"));
  }

  void pad(const TfjsNode& node) {
    const Value x = value(node, 0);
    const Integers paddings = integers_of(constant(node, 1));
    if (x.rank != 4 || paddings.size() != 8 || paddings[0] != 0 || paddings[1] != 0)
      refuse(node, "only height, width and channels of pictures are padded");
    for (const std::int64_t side : paddings)
      if (side < 0 || side > 4096) refuse(node, "its paddings are malformed");
    set(node, 4,
        fmt::format("torch.constant_pad_nd({}, [{}, {}, {}, {}, {}, {}])", x.code, paddings[4],
                    paddings[5], paddings[2], paddings[3], paddings[6], paddings[7]));
    if (paddings[2] == paddings[3] && paddings[4] == paddings[5] && paddings[6] == 0 &&
        paddings[7] == 0) {
      values_[node.name].unpadded = x.code;
      values_[node.name].padding = {paddings[2], paddings[4]};
    }
  }

  void reshape(const TfjsNode& node) {
    const Value x = value(node, 0);
    const Integers shape = integers_of(constant(node, 1));
    if (shape.size() != 2 && shape.size() != 4)
      refuse(node, "its result is neither a picture nor a vector");
    std::string code = x.rank == 4 ? fmt::format("{}.permute([0, 2, 3, 1])", x.code) : x.code;
    code += fmt::format(".reshape([{}])", fmt::join(shape, ", "));
    set(node, shape.size(), shape.size() == 4 ? code + ".permute([0, 3, 1, 2])" : code);
  }

  void squeeze(const TfjsNode& node) {
    const Value x = value(node, 0);
    std::set<std::int64_t> axes;
    for (const std::int64_t axis : node.integers_or("squeeze_dims", {}))
      axes.insert(moved(node, axis, x.rank));
    if (x.rank != 4 || axes != std::set<std::int64_t>{2, 3})
      refuse(node, "only height and width of pictures are squeezed");
    set(node, 2, fmt::format("{}.squeeze(3).squeeze(2)", x.code));
  }

  void join(const TfjsNode& node) {
    const std::size_t rank = rank_of(node);
    std::vector<std::string> parts;
    for (std::size_t i = 0; i + 1 < node.inputs.size(); ++i) parts.push_back(value(node, i).code);
    const TfjsArray& axis = constant(node, node.inputs.size() - 1);
    if (axis.values.size() != 1 || moved(node, integers_of(axis).front(), rank) != 1)
      refuse(node, "arrays are joined along the channels only");
    set(node, rank, fmt::format("torch.cat([{}], 1)", fmt::join(parts, ", ")));
  }

  const TfjsGraph& part_;
  torch::jit::Module module_{"tfjs"};
  std::map<std::string, Value> values_;
  std::string lines_;
  int parameters_ = 0;
};

}  // namespace

torch::jit::Module tfjs_script(const TfjsGraph& part) { return Script(part).build(); }

}  // namespace robench
