// SPDX-License-Identifier: Apache-2.0
#include "models/tfjs_windows.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace robench::tfjs {

std::int64_t product(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

Array filled(const Shape& shape, double value) {
  return {shape, std::vector<double>(static_cast<std::size_t>(product(shape)), value)};
}

Window window(std::int64_t in, std::int64_t taps, std::int64_t stride, std::int64_t dilation,
              bool same) {
  const std::int64_t reach = (taps - 1) * dilation + 1;
  Window w{in, 0, taps, stride, dilation, 0};
  w.out = same ? (in + stride - 1) / stride : (in - reach + stride) / stride;
  if (same) w.before = std::max<std::int64_t>((w.out - 1) * stride + reach - in, 0) / 2;
  return w;
}

Array convolved(const Array& x, const Array& w, const Window& rows, const Window& columns,
                bool depthwise) {
  const std::int64_t channels = x.side(3), per = w.side(3);  // depthwise: outputs per channel
  Array y = filled({x.side(0), rows.out, columns.out, depthwise ? channels * per : per});
  const std::int64_t outputs = y.side(3);
  for (std::int64_t n = 0; n < y.side(0); ++n)
    for (std::int64_t r = 0; r < rows.out; ++r)
      for (std::int64_t c = 0; c < columns.out; ++c) {
        double* out =
            &y.values[static_cast<std::size_t>(((n * rows.out + r) * columns.out + c) * outputs)];
        for (std::int64_t tr = 0; tr < rows.taps; ++tr)
          for (std::int64_t tc = 0; tc < columns.taps; ++tc) {
            const std::int64_t row = rows.at(r, tr), column = columns.at(c, tc);
            if (row < 0 || row >= rows.in || column < 0 || column >= columns.in) continue;
            const double* from = &x.values[static_cast<std::size_t>(
                ((n * rows.in + row) * columns.in + column) * channels)];
            const double* weight =
                &w.values[static_cast<std::size_t>((tr * columns.taps + tc) * channels * per)];
            for (std::int64_t i = 0; i < channels; ++i, weight += per)
              for (std::int64_t o = 0; o < per; ++o)
                out[depthwise ? i * per + o : o] += from[i] * weight[o];
          }
      }
  return y;
}

Array pooled(const Array& x, const Window& rows, const Window& columns, bool max) {
  Array y = filled({x.side(0), rows.out, columns.out, x.side(3)},
                   max ? -std::numeric_limits<double>::infinity() : 0);
  std::size_t index = 0;
  for (std::int64_t n = 0; n < y.side(0); ++n)
    for (std::int64_t r = 0; r < rows.out; ++r)
      for (std::int64_t c = 0; c < columns.out; ++c)
        for (std::int64_t channel = 0; channel < x.side(3); ++channel, ++index) {
          int count = 0;
          for (std::int64_t tr = 0; tr < rows.taps; ++tr)
            for (std::int64_t tc = 0; tc < columns.taps; ++tc) {
              const std::int64_t row = rows.at(r, tr), column = columns.at(c, tc);
              if (row < 0 || row >= rows.in || column < 0 || column >= columns.in) continue;
              const double value = x.values[static_cast<std::size_t>(
                  ((n * rows.in + row) * columns.in + column) * x.side(3) + channel)];
              y.values[index] = max ? std::max(y.values[index], value) : y.values[index] + value;
              ++count;
            }
          if (!max) y.values[index] /= count;
        }
  return y;
}

}  // namespace robench::tfjs
