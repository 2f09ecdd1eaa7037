// SPDX-License-Identifier: Apache-2.0
// Do two sets of numbers about the same items go together? Distance correlation and linear CKA, both
// without the upward bias that many dimensions and few items give them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "metrics/measure.h"
#include "metrics/relabelling.h"

namespace robench {

/// How alike, or how far apart, each two items are: symmetric, the diagonal of no account.
class PairMatrix {
 public:
  /// Euclidean distances of the rows: dependence() is then distance correlation.
  [[nodiscard]] static PairMatrix distances(const Eigen::MatrixXd& points);
  /// Inner products of the rows after centring the columns: dependence() is then linear CKA.
  [[nodiscard]] static PairMatrix products(const Eigen::MatrixXd& points);

  /// The mean of matrices of the same items. Requires: at least one.
  [[nodiscard]] static PairMatrix mean(std::span<const PairMatrix> matrices);

  [[nodiscard]] Eigen::Index items() const { return value_.rows(); }
  [[nodiscard]] const Eigen::MatrixXd& value() const { return value_; }  ///< zero diagonal
  [[nodiscard]] const Eigen::VectorXd& row_sum() const { return row_sum_; }
  [[nodiscard]] double sum() const { return sum_; }

  /// Double-centred so that products of two such matrices are unbiased ("U-centred"; Szekely and Rizzo
  /// 2014, Annals of Statistics 42:2382). Rows sum to 0, the diagonal is 0. Requires: items >= 3.
  [[nodiscard]] Eigen::MatrixXd centred() const;

 private:
  explicit PairMatrix(Eigen::MatrixXd value);

  Eigen::MatrixXd value_;
  Eigen::VectorXd row_sum_;
  double sum_ = 0;
};

/// Items that are left out together, such as all pictures of one person.
using ItemSet = std::vector<Eigen::Index>;
/// A set of each item alone.
[[nodiscard]] std::vector<ItemSet> single_items(Eigen::Index items);

/// The unbiased product of two matrices of pairs (of distances: the squared distance covariance; of
/// inner products: HSIC), and what it is without each of some sets of items.
struct UnbiasedProduct {
  double value = 0;
  Eigen::VectorXd without;  // exact, one per set
};
/// Sum over i != j of the centred entries over n (n - 3) (Szekely and Rizzo 2013, Journal of
/// Multivariate Analysis 117:193; Song et al. 2012, Journal of Machine Learning Research 13:1393).
/// Time and memory grow with the square of the items, the leaving out of disjoint sets included.
/// Requires: equal items(), and at least 4 of them whichever set is left out.
[[nodiscard]] UnbiasedProduct unbiased_product(const PairMatrix& x, const PairMatrix& y,
                                               std::span<const ItemSet> left_out = {});

struct Dependence {
  double value = 0;  // at most 1; 0 on the average where there is no relation, so it can be negative
  /// value +- 1.96 standard errors by the jackknife over items (each left out exactly once). Bootstrap
  /// copies of an item would be pairs of distance 0 that no data contain. Not to be read as a test
  /// of 0, where the statistic is no longer normal: that is what p is for.
  Interval ci95;
  std::int64_t items = 0;
};

/// Bias-corrected distance correlation of matrices of distances: R* of Szekely and Rizzo 2013, signed
/// and not rooted, so it estimates the *squared* distance correlation. Of matrices of inner products:
/// debiased linear CKA (Kornblith et al. 2019, with the unbiased HSIC).
/// nullopt when the items of one side do not differ. Requires: at least 5 items.
[[nodiscard]] std::optional<Dependence> dependence(const PairMatrix& x, const PairMatrix& y);

/// The same after what both share with `given` is removed: partial distance correlation (Szekely and
/// Rizzo 2014).
[[nodiscard]] std::optional<Dependence> partial_dependence(const PairMatrix& x, const PairMatrix& y,
                                                           const PairMatrix& given);

/// One-sided permutation p of dependence(): the items of x are relabelled.
[[nodiscard]] double dependence_p(const PairMatrix& x, const PairMatrix& y,
                                  std::span<const RelabelledPairs::Order> orders);
/// The same of partial_dependence(): the part of x that is not shared with `given` is relabelled, as in
/// pdcor.test of the R package energy.
[[nodiscard]] double partial_dependence_p(const PairMatrix& x, const PairMatrix& y,
                                          const PairMatrix& given,
                                          std::span<const RelabelledPairs::Order> orders);

}  // namespace robench
