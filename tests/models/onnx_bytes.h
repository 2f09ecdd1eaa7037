// SPDX-License-Identifier: Apache-2.0
// Just enough of ONNX's protobuf format to write models of a few nodes (onnx/onnx.proto).
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace robench::test {

inline std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 128; value >>= 7) bytes += static_cast<char>(value % 128 + 128);
  return bytes + static_cast<char>(value);
}
inline std::string number_field(int field, std::uint64_t value) {
  return varint(static_cast<std::uint64_t>(field) << 3) + varint(value);
}
inline std::string bytes_field(int field, const std::string& value) {
  return varint((static_cast<std::uint64_t>(field) << 3) + 2) + varint(value.size()) + value;
}

/// A tensor of the graph, float32.
inline std::string onnx_value(const std::string& name, const std::vector<std::uint64_t>& shape) {
  std::string dims;
  for (const std::uint64_t side : shape) dims += bytes_field(1, number_field(1, side));
  const std::string tensor = number_field(1, 1) + bytes_field(2, dims);
  return bytes_field(1, name) + bytes_field(2, bytes_field(1, tensor));
}

/// A constant list of 64-bit integers.
inline std::string onnx_integers(const std::string& name, const std::vector<std::int64_t>& values) {
  std::string raw(values.size() * sizeof(std::int64_t), '\0');
  std::memcpy(raw.data(), values.data(), raw.size());
  return number_field(1, values.size()) + number_field(2, 7) + bytes_field(8, name) +
         bytes_field(9, raw);
}

inline std::string onnx_node(const std::string& type, const std::vector<std::string>& inputs,
                             const std::string& output) {
  std::string node;
  for (const std::string& input : inputs) node += bytes_field(1, input);
  return node + bytes_field(2, output) + bytes_field(3, output) + bytes_field(4, type);
}

/// A constant tensor of 32-bit floats.
inline std::string onnx_floats(const std::string& name, const std::vector<std::uint64_t>& shape,
                               const std::vector<float>& values) {
  std::string raw(values.size() * sizeof(float), '\0');
  std::memcpy(raw.data(), values.data(), raw.size());
  std::string dims;
  for (const std::uint64_t side : shape) dims += number_field(1, side);
  return dims + number_field(2, 1) + bytes_field(8, name) + bytes_field(9, raw);
}

/// A node's attribute: a list of integers, or one.
inline std::string onnx_list(const std::string& name, const std::vector<std::uint64_t>& values) {
  std::string list;
  for (const std::uint64_t value : values) list += number_field(8, value);
  return bytes_field(5, bytes_field(1, name) + list + number_field(20, 7));
}
inline std::string onnx_number(const std::string& name, std::uint64_t value) {
  return bytes_field(5, bytes_field(1, name) + number_field(3, value) + number_field(20, 2));
}

/// 3 x 3 filters, one per channel of three, with a border of zeros; then PReLU.
inline std::string depthwise_model(std::uint64_t height, std::uint64_t width, std::uint64_t stride,
                                   const std::vector<float>& filters, const std::vector<float>& bias,
                                   const std::vector<float>& slopes) {
  const std::string convolution = onnx_node("Conv", {"input", "filters", "bias"}, "sums") +
                                  onnx_number("group", 3) + onnx_list("kernel_shape", {3, 3}) +
                                  onnx_list("pads", {1, 1, 1, 1}) +
                                  onnx_list("strides", {stride, stride});
  std::string graph = bytes_field(1, convolution);
  graph += bytes_field(1, onnx_node("PRelu", {"sums", "slopes"}, "bent")) + bytes_field(2, "depthwise");
  graph += bytes_field(5, onnx_floats("filters", {3, 1, 3, 3}, filters));
  graph += bytes_field(5, onnx_floats("bias", {3}, bias));
  graph += bytes_field(5, onnx_floats("slopes", {3, 1, 1}, slopes));
  graph += bytes_field(11, onnx_value("input", {1, 3, height, width}));
  graph +=
      bytes_field(12, onnx_value("bent", {1, 3, (height - 1) / stride + 1, (width - 1) / stride + 1}));
  const std::string opset = bytes_field(1, "") + number_field(2, 10);
  return number_field(1, 5) + bytes_field(7, graph) + bytes_field(8, opset);
}

/// The mean of each channel: 1 x 3 x H x W to 1 x 3 x 1 x 1. With `fixed_batch`, a reshape to 1 x 3
/// follows, as exporters leave it that have seen one picture only.
inline std::string channel_means_model(std::uint64_t height, std::uint64_t width, bool fixed_batch) {
  std::string graph = bytes_field(1, onnx_node("GlobalAveragePool", {"input"}, "means"));
  if (fixed_batch) {
    graph += bytes_field(1, onnx_node("Reshape", {"means", "shape"}, "flat"));
    graph += bytes_field(5, onnx_integers("shape", {1, 3}));
  }
  graph += bytes_field(2, "means") + bytes_field(11, onnx_value("input", {1, 3, height, width}));
  graph += bytes_field(12, fixed_batch ? onnx_value("flat", {1, 3}) : onnx_value("means", {1, 3, 1, 1}));
  const std::string opset = bytes_field(1, "") + number_field(2, 10);
  return number_field(1, 5) + bytes_field(7, graph) + bytes_field(8, opset);
}

}  // namespace robench::test
