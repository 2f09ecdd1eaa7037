// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/isotonic.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "perturb/error.h"

namespace robench {
namespace {

struct PooledBlock {
  double first = 0;  // smallest and largest x
  double last = 0;
  double mean = 0;
  double weight = 0;

  void absorb(const PooledBlock& next) {
    mean = (mean * weight + next.mean * next.weight) / (weight + next.weight);
    weight += next.weight;
    last = next.last;
  }
};

}  // namespace

double MonotoneCurve::at(double x_new) const {
  if (x.empty() || std::isnan(x_new)) return std::numeric_limits<double>::quiet_NaN();
  const auto above = std::upper_bound(x.begin(), x.end(), x_new);
  if (above == x.begin()) return y.front();
  if (above == x.end()) return y.back();
  const auto k = static_cast<std::size_t>(above - x.begin());
  return y[k - 1] + (y[k] - y[k - 1]) * (x_new - x[k - 1]) / (x[k] - x[k - 1]);
}

MonotoneCurve isotonic_regression(std::span<const double> x, std::span<const double> y,
                                  std::span<const double> weight) {
  ROBENCH_ASSERT(x.size() == y.size() && (weight.empty() || weight.size() == x.size()));
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (weight.empty() || weight[i] > 0) order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  std::vector<PooledBlock> blocks;
  for (std::size_t k = 0; k < order.size();) {
    PooledBlock block{x[order[k]], x[order[k]], 0, 0};
    for (; k < order.size() && x[order[k]] == block.first; ++k)
      block.absorb({block.first, block.first, y[order[k]], weight.empty() ? 1 : weight[order[k]]});
    blocks.push_back(block);
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean >= blocks.back().mean) {
      blocks[blocks.size() - 2].absorb(blocks.back());
      blocks.pop_back();
    }
  }
  MonotoneCurve curve;
  for (const PooledBlock& block : blocks) {
    curve.x.push_back(block.first);
    curve.y.push_back(block.mean);
    if (block.last == block.first) continue;
    curve.x.push_back(block.last);
    curve.y.push_back(block.mean);
  }
  return curve;
}

}  // namespace robench
