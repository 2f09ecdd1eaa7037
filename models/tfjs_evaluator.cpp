// SPDX-License-Identifier: Apache-2.0
#include "models/tfjs_evaluator.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "models/tfjs_windows.h"
#include "perturb/error.h"

namespace robench {
namespace {

using tfjs::Array;
using tfjs::filled;
using tfjs::product;
using tfjs::Shape;
using tfjs::Window;

class Evaluator {
 public:
  explicit Evaluator(const TfjsGraph& part) : part_(part) {
    for (const auto& [name, array] : part.constants)
      results_[name] = {array.shape, {array.values.begin(), array.values.end()}};
  }

  Array run(Array picture) {
    results_[part_.input] = std::move(picture);
    for (const TfjsNode& node : part_.nodes)
      if (node.op != "Placeholder") results_[node.name] = result_of(node);
    return results_[part_.nodes.back().name];
  }

 private:
  [[noreturn]] void refuse(const TfjsNode& node, const std::string& why) const {
    throw EnvironmentError(fmt::format("'{}' ({}): {}", node.name, node.op, why));
  }

  [[nodiscard]] const Array& in(const TfjsNode& node, std::size_t index) const {
    if (index >= node.inputs.size()) refuse(node, "an input is missing");
    return results_.at(node.inputs[index]);
  }

  /// An input whose last dimension is the channels, of which there is one at least.
  [[nodiscard]] const Array& with_channels(const TfjsNode& node, std::size_t index) const {
    const Array& array = in(node, index);
    if (array.shape.empty() || array.shape.back() < 1) refuse(node, "shapes do not fit");
    return array;
  }

  Array result_of(const TfjsNode& node) {
    using One = double (*)(double);
    static const std::map<std::string, One> kOnes = {
        {"Abs", [](double x) { return std::abs(x); }},
        {"Identity", [](double x) { return x; }},
        {"Relu", [](double x) { return std::max(x, 0.0); }},
        {"Relu6", [](double x) { return std::clamp(x, 0.0, 6.0); }},
        {"Rsqrt", [](double x) { return 1 / std::sqrt(x); }},
        {"Sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }},
        {"Sqrt", [](double x) { return std::sqrt(x); }},
        {"Square", [](double x) { return x * x; }},
        {"Tanh", [](double x) { return std::tanh(x); }},
    };
    using Two = double (*)(double, double);
    static const std::map<std::string, Two> kTwos = {
        {"Add", [](double a, double b) { return a + b; }},
        {"AddV2", [](double a, double b) { return a + b; }},
        {"BiasAdd", [](double a, double b) { return a + b; }},
        {"Maximum", [](double a, double b) { return std::max(a, b); }},
        {"Minimum", [](double a, double b) { return std::min(a, b); }},
        {"Mul", [](double a, double b) { return a * b; }},
        {"Prelu", [](double a, double b) { return a > 0 ? a : a * b; }},
        {"RealDiv", [](double a, double b) { return a / b; }},
        {"Sub", [](double a, double b) { return a - b; }},
    };
    if (const auto one = kOnes.find(node.op); one != kOnes.end()) return each(in(node, 0), one->second);
    if (const auto two = kTwos.find(node.op); two != kTwos.end())
      return both(node, in(node, 0), in(node, 1), two->second);
    if (node.op == "Conv2D" || node.op == "_FusedConv2D") return fused(node, convolution(node, false));
    if (node.op == "DepthwiseConv2dNative" || node.op == "FusedDepthwiseConv2dNative")
      return fused(node, convolution(node, true));
    if (node.op == "MatMul" || node.op == "_FusedMatMul") return fused(node, matrix_product(node));
    if (node.op == "FusedBatchNorm" || node.op == "FusedBatchNormV3") return batch_norm(node);
    if (node.op == "MaxPool" || node.op == "AvgPool") return pooled(node);
    if (node.op == "Mean" || node.op == "Sum") return reduced(node);
    if (node.op == "Pad") return padded(node);
    if (node.op == "Reshape") return reshaped(node);
    if (node.op == "Squeeze") return squeezed(node);
    if (node.op == "Softmax") return softmax(with_channels(node, 0));
    if (node.op == "ConcatV2") return joined(node);
    refuse(node, "this operation is not supported");
  }

  static Array each(Array array, double (*function)(double)) {
    for (double& value : array.values) value = function(value);
    return array;
  }

  /// NumPy's broadcasting.
  Array both(const TfjsNode& node, const Array& a, const Array& b,
             double (*function)(double, double)) const {
    const std::size_t rank = std::max(a.shape.size(), b.shape.size());
    const auto widened = [rank](Shape shape) {
      shape.insert(shape.begin(), rank - shape.size(), 1);
      return shape;
    };
    const Shape sa = widened(a.shape), sb = widened(b.shape);
    Shape shape(rank);
    for (std::size_t i = 0; i < rank; ++i) {
      if (sa[i] != sb[i] && sa[i] != 1 && sb[i] != 1) refuse(node, "shapes do not fit");
      shape[i] = std::max(sa[i], sb[i]);
    }
    Array result = filled(shape);
    Shape at(rank, 0);
    for (double& value : result.values) {
      std::int64_t ia = 0, ib = 0;
      for (std::size_t i = 0; i < rank; ++i) {
        ia = ia * sa[i] + (sa[i] == 1 ? 0 : at[i]);
        ib = ib * sb[i] + (sb[i] == 1 ? 0 : at[i]);
      }
      value = function(a.values[static_cast<std::size_t>(ia)], b.values[static_cast<std::size_t>(ib)]);
      for (std::size_t i = rank; i-- > 0 && ++at[i] == shape[i];) at[i] = 0;
    }
    return result;
  }

  [[nodiscard]] bool is_same(const TfjsNode& node) const {
    const std::string padding = node.text("padding");
    if (padding != "SAME" && padding != "VALID") refuse(node, "its padding is neither SAME nor VALID");
    return padding == "SAME";
  }

  /// Of the heights (dimension 1) or widths (2) of `x`.
  [[nodiscard]] Window window_of(const TfjsNode& node, const Array& x, std::size_t dimension,
                                 std::int64_t taps, std::int64_t dilation) const {
    const std::int64_t stride = node.integers_or("strides", {1, 1, 1, 1}).at(dimension);
    if (taps < 1 || stride < 1 || dilation < 1) refuse(node, "its window is empty or does not move");
    const Window window = tfjs::window(x.side(dimension), taps, stride, dilation, is_same(node));
    if (window.out < 1) refuse(node, "its window is larger than the picture");
    return window;
  }

  Array convolution(const TfjsNode& node, bool depthwise) const {
    const Array& x = in(node, 0);
    const Array& w = in(node, 1);
    if (x.shape.size() != 4 || w.shape.size() != 4 || x.side(3) != w.side(2))
      refuse(node, "shapes do not fit");
    const Shape dilations = node.integers_or("dilations", {1, 1, 1, 1});
    return tfjs::convolved(x, w, window_of(node, x, 1, w.side(0), dilations.at(1)),
                           window_of(node, x, 2, w.side(1), dilations.at(2)), depthwise);
  }

  /// Bias and activation that a fused operation names.
  Array fused(const TfjsNode& node, Array result) const {
    const auto found = node.texts.find("fused_ops");
    if (found == node.texts.end()) return result;
    std::size_t input = 2;
    for (const std::string& op : found->second) {
      if (op == "BiasAdd")
        result = both(node, result, in(node, input++), [](double a, double b) { return a + b; });
      else if (op == "Prelu")
        result =
            both(node, result, in(node, input++), [](double a, double b) { return a > 0 ? a : a * b; });
      else if (op == "Relu")
        result = each(std::move(result), [](double x) { return std::max(x, 0.0); });
      else if (op == "Relu6")
        result = each(std::move(result), [](double x) { return std::clamp(x, 0.0, 6.0); });
      else
        refuse(node, fmt::format("the fused operation '{}' is not supported", op));
    }
    return result;
  }

  Array matrix_product(const TfjsNode& node) const {
    const Array& a = in(node, 0);
    const Array& b = in(node, 1);
    if (a.shape.size() != 2 || b.shape.size() != 2) refuse(node, "shapes do not fit");
    const bool ta = node.flag("transpose_a"), tb = node.flag("transpose_b");
    const std::int64_t rows = a.side(ta ? 1 : 0), inner = a.side(ta ? 0 : 1),
                       columns = b.side(tb ? 0 : 1);
    if (b.side(tb ? 1 : 0) != inner) refuse(node, "shapes do not fit");
    Array y = filled({rows, columns});
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t i = 0; i < inner; ++i)
        for (std::int64_t c = 0; c < columns; ++c)
          y.values[static_cast<std::size_t>(r * columns + c)] +=
              a.values[static_cast<std::size_t>(ta ? i * rows + r : r * inner + i)] *
              b.values[static_cast<std::size_t>(tb ? c * inner + i : i * columns + c)];
    return y;
  }

  Array batch_norm(const TfjsNode& node) const {
    const auto found = node.numbers.find("epsilon");
    const double epsilon = found == node.numbers.end() ? 1e-4 : found->second;
    Array y = with_channels(node, 0);
    const auto channels = static_cast<std::size_t>(y.shape.back());
    for (std::size_t i = 1; i < 5; ++i)
      if (in(node, i).values.size() != channels) refuse(node, "shapes do not fit");
    for (std::size_t i = 0; i < y.values.size(); ++i) {
      const std::size_t c = i % channels;
      y.values[i] = (y.values[i] - in(node, 3).values[c]) / std::sqrt(in(node, 4).values[c] + epsilon) *
                        in(node, 1).values[c] +
                    in(node, 2).values[c];
    }
    return y;
  }

  Array pooled(const TfjsNode& node) const {
    const Array& x = in(node, 0);
    if (x.shape.size() != 4) refuse(node, "shapes do not fit");
    const Shape size = node.integers_or("ksize", {1, 1, 1, 1});
    return tfjs::pooled(x, window_of(node, x, 1, size.at(1), 1), window_of(node, x, 2, size.at(2), 1),
                        node.op == "MaxPool");
  }

  Array reduced(const TfjsNode& node) const {
    const Array& x = in(node, 0);
    const auto rank = static_cast<std::int64_t>(x.shape.size());
    std::vector<bool> gone(x.shape.size(), false);
    for (const double axis : in(node, 1).values) {
      const auto i = static_cast<std::int64_t>(axis) + (axis < 0 ? rank : 0);
      if (i < 0 || i >= rank) refuse(node, "an axis is out of range");
      gone[static_cast<std::size_t>(i)] = true;
    }
    Shape kept = x.shape, shape;
    double count = 1;
    for (std::size_t i = 0; i < gone.size(); ++i) {
      if (gone[i]) count *= static_cast<double>(kept[i]), kept[i] = 1;
      if (!gone[i] || node.flag("keep_dims")) shape.push_back(kept[i]);
    }
    Array y = filled(shape);
    Shape at(x.shape.size(), 0);
    for (const double value : x.values) {
      std::int64_t index = 0;
      for (std::size_t i = 0; i < at.size(); ++i) index = index * kept[i] + (gone[i] ? 0 : at[i]);
      y.values[static_cast<std::size_t>(index)] += value;
      for (std::size_t i = at.size(); i-- > 0 && ++at[i] == x.shape[i];) at[i] = 0;
    }
    if (node.op == "Mean")
      for (double& value : y.values) value /= count;
    return y;
  }

  Array padded(const TfjsNode& node) const {
    const Array& x = in(node, 0);
    const Array& paddings = in(node, 1);
    if (paddings.values.size() != 2 * x.shape.size()) refuse(node, "shapes do not fit");
    Shape shape = x.shape;
    for (std::size_t i = 0; i < shape.size(); ++i)
      shape[i] += static_cast<std::int64_t>(paddings.values[2 * i] + paddings.values[2 * i + 1]);
    Array y = filled(shape);
    Shape at(x.shape.size(), 0);
    for (const double value : x.values) {
      std::int64_t index = 0;
      for (std::size_t i = 0; i < at.size(); ++i)
        index = index * shape[i] + at[i] + static_cast<std::int64_t>(paddings.values[2 * i]);
      y.values[static_cast<std::size_t>(index)] = value;
      for (std::size_t i = at.size(); i-- > 0 && ++at[i] == x.shape[i];) at[i] = 0;
    }
    return y;
  }

  Array reshaped(const TfjsNode& node) const {
    Array y = in(node, 0);
    const std::int64_t count = product(y.shape);
    Shape shape;
    std::int64_t known = 1;
    for (const double side : in(node, 1).values) {
      shape.push_back(static_cast<std::int64_t>(side));
      if (side > 0) known *= shape.back();
    }
    for (std::int64_t& side : shape)
      if (side < 0) side = count / known;
    if (product(shape) != count) refuse(node, "shapes do not fit");
    y.shape = shape;
    return y;
  }

  Array squeezed(const TfjsNode& node) const {
    Array y = in(node, 0);
    const auto rank = static_cast<std::int64_t>(y.shape.size());
    std::vector<bool> gone(y.shape.size(), false);
    for (const std::int64_t axis : node.integers_or("squeeze_dims", {}))
      gone.at(static_cast<std::size_t>(axis < 0 ? axis + rank : axis)) = true;
    Shape shape;
    for (std::size_t i = 0; i < gone.size(); ++i)
      if (!gone[i]) shape.push_back(y.shape[i]);
    if (product(shape) != product(y.shape)) refuse(node, "shapes do not fit");
    y.shape = shape;
    return y;
  }

  static Array softmax(Array y) {
    const auto row = static_cast<std::size_t>(y.shape.back());
    for (std::size_t first = 0; first < y.values.size(); first += row) {
      const std::span values(&y.values[first], row);
      const double largest = *std::ranges::max_element(values);
      double sum = 0;
      for (double& value : values) sum += value = std::exp(value - largest);
      for (double& value : values) value /= sum;
    }
    return y;
  }

  /// Along the channels only.
  Array joined(const TfjsNode& node) const {
    Array y = with_channels(node, 0);
    const auto axis = static_cast<std::int64_t>(in(node, node.inputs.size() - 1).values.at(0));
    if (axis != -1 && axis + 1 != static_cast<std::int64_t>(y.shape.size()))
      refuse(node, "arrays are joined along the channels only");
    for (std::size_t i = 1; i + 1 < node.inputs.size(); ++i) {
      const Array& more = with_channels(node, i);
      const auto a = static_cast<std::size_t>(y.shape.back()),
                 b = static_cast<std::size_t>(more.shape.back());
      if (y.values.size() / a != more.values.size() / b) refuse(node, "shapes do not fit");
      std::vector<double> values;
      for (std::size_t row = 0; row < y.values.size() / a; ++row) {
        values.insert(values.end(), &y.values[row * a], &y.values[row * a] + a);
        values.insert(values.end(), &more.values[row * b], &more.values[row * b] + b);
      }
      y.values = std::move(values);
      y.shape.back() += more.shape.back();
    }
    return y;
  }

  const TfjsGraph& part_;
  std::map<std::string, Array> results_;
};

}  // namespace

EmbeddingMatrix evaluate_tfjs(const TfjsGraph& part, std::span<const float> pictures, int count,
                              int height, int width) {
  const auto pixels = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  ROBENCH_ASSERT(pictures.size() == static_cast<std::size_t>(count) * 3 * pixels);
  EmbeddingMatrix rows;
  for (int n = 0; n < count; ++n) {
    Array picture = filled({1, height, width, 3});
    const auto planes = pictures.subspan(static_cast<std::size_t>(n) * 3 * pixels, 3 * pixels);
    for (std::size_t i = 0; i < pixels; ++i)
      for (std::size_t c = 0; c < 3; ++c) picture.values[3 * i + c] = planes[c * pixels + i];
    const Array result = Evaluator(part).run(std::move(picture));
    if (n == 0) rows.resize(count, static_cast<Eigen::Index>(result.values.size()));
    for (std::size_t d = 0; d < result.values.size(); ++d)
      rows(n, static_cast<Eigen::Index>(d)) = static_cast<float>(result.values[d]);
  }
  return rows;
}

}  // namespace robench
