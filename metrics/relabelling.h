// SPDX-License-Identifier: Apache-2.0
// Relabelling the items of a matrix of pairs, rows and columns together (Mantel 1967, Cancer Research
// 27:209): pairs that share an item are not independent, so items are permuted and not pairs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "perturb/random_stream.h"

namespace robench {

/// A random order of 0..items-1 (Fisher and Yates). Requires: items <= 65,535.
[[nodiscard]] std::vector<std::uint16_t> random_order(std::size_t items, const RandomStream& stream);

/// Two symmetric matrices of the same items, of which one is relabelled.
class RelabelledPairs {
 public:
  using Order = std::vector<std::uint16_t>;

  /// Both condensed: pairs (0,1), (0,2), ..., (1,2), ...
  RelabelledPairs(const std::vector<float>& fixed, const std::vector<float>& relabelled,
                  std::size_t items);

  /// Sum over i < j of relabelled[order[i]][order[j]] * fixed[i][j].
  [[nodiscard]] double product(const Order& order) const;
  /// One-sided p = (1 + orders whose product is at least that of the identity) / (1 + orders); products
  /// closer than `tolerance` count as equal. Runs on several threads.
  [[nodiscard]] double p_value(std::span<const Order> orders, double tolerance) const;

 private:
  [[nodiscard]] double padded_product(const Order& order) const;

  std::size_t items_;
  std::vector<float> upper_;      // fixed: rows padded with zeros
  std::vector<float> symmetric_;  // relabelled
};

}  // namespace robench
