// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "metrics/measure.h"
#include "metrics/ranks.h"
#include "metrics/relabelling.h"
#include "perturb/random_stream.h"

namespace robench {

/// Representational similarity analysis (Kriegeskorte et al., Front. Syst. Neurosci. 2008): do items
/// that lie close in a reference space lie close in another space too? Spearman's correlation of the
/// Euclidean distances of all pairs, tested as by Mantel (Cancer Res. 1967): the items are relabelled,
/// that is rows and columns permuted together, because pairs that share an item are not independent.
///
/// Everything about the reference (ranks, relabellings) is prepared once; compare() is safe from
/// several threads.
class Rsa {
 public:
  using Points = Eigen::MatrixXd;  // item x coordinate

  struct Result {
    double r = 0;  // Spearman's correlation over the pairs, ties at mean ranks
    /// (1 + relabellings with a correlation at least as large) / (1 + relabellings): one-sided, the
    /// question being whether near means near. A negative correlation gives a p near 1.
    double p = 1;
    /// r +- 1.96 standard errors by the infinitesimal jackknife over items: the influence of an item
    /// through all of its pairs, its effect on the ranks of the others included. Somewhat wide for
    /// few items. A bootstrap would need pairs of an item with itself, of distance 0.
    Interval ci95;
    std::int64_t items = 0;
    std::int64_t pairs = 0;
  };

  /// Requires: finite; at most 65,535 items (ranks of pairs stay exact up to 4,000).
  Rsa(const Points& reference, const RandomStream& stream, int permutations = 999);

  /// Compares the items `kept` (increasing positions in the reference). Each matrix of `repetitions`
  /// has one row per kept item. Several repetitions give the mean of their correlations, tested as
  /// that mean. nullopt when one of the spaces has all pairs at the same distance.
  [[nodiscard]] std::optional<Result> compare(std::span<const int> kept,
                                              std::span<const Points> repetitions) const;

  [[nodiscard]] int items() const { return static_cast<int>(reference_.rows()); }
  [[nodiscard]] int permutations() const { return static_cast<int>(orders_.size()); }

 private:
  /// Ranks of all pairs (i < j; (0,1), (0,2), ..., (1,2), ...), scaled to mean 0 and variance 1.
  struct PairRanks {
    std::vector<float> z;
    std::vector<std::uint32_t> order;  // pairs from the nearest to the farthest
    double rank_deviation = 0;         // standard deviation of the ranks; 0 = all distances equal
  };
  using Relabelling = RelabelledPairs::Order;

  [[nodiscard]] static PairRanks rank_pairs(const Points& points);
  [[nodiscard]] static Interval interval(double r, std::int64_t items, const PairRanks& reference,
                                         std::span<const PairRanks> others,
                                         const std::vector<float>& mean_z);
  [[nodiscard]] double p_value(std::span<const int> kept, const PairRanks& reference,
                               const std::vector<float>& other_z) const;

  Points reference_;
  PairRanks ranks_;
  std::vector<Relabelling> orders_;
};

}  // namespace robench
