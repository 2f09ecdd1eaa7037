// SPDX-License-Identifier: Apache-2.0
// What slides over a picture, as plain loops: the windowed operations of tfjs_evaluator.h.
#pragma once

#include <cstdint>
#include <vector>

namespace robench::tfjs {

using Shape = std::vector<std::int64_t>;

/// Row-major; the last dimension changes fastest. Pictures are batch x height x width x channels.
struct Array {
  Shape shape;
  std::vector<double> values;

  [[nodiscard]] std::int64_t side(std::size_t i) const { return shape[i]; }
};

[[nodiscard]] std::int64_t product(const Shape& shape);
[[nodiscard]] Array filled(const Shape& shape, double value = 0);

/// Where the taps of a window lie along one dimension.
struct Window {
  std::int64_t in = 0, out = 0, taps = 0, stride = 1, dilation = 1, before = 0;

  /// Position in the input of tap `t` of output `o`; negative or too large outside of it.
  [[nodiscard]] std::int64_t at(std::int64_t o, std::int64_t t) const {
    return o * stride + t * dilation - before;
  }
};

/// TensorFlow's rule: SAME gives ceil(in / stride) outputs and puts the odd zero at the end. Requires:
/// taps, stride and dilation of 1 or more.
[[nodiscard]] Window window(std::int64_t in, std::int64_t taps, std::int64_t stride,
                            std::int64_t dilation, bool same);

/// `w`: height x width x channels x outputs; depthwise: x outputs of each channel. Requires: shapes that
/// fit.
[[nodiscard]] Array convolved(const Array& x, const Array& w, const Window& rows, const Window& columns,
                              bool depthwise);

/// Maximum, or mean over the taps that lie inside.
[[nodiscard]] Array pooled(const Array& x, const Window& rows, const Window& columns, bool max);

}  // namespace robench::tfjs
