// SPDX-License-Identifier: Apache-2.0
#include "metrics/dependence.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "perturb/error.h"

namespace robench {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Squared distances below this share of the squared norms are rounding errors: the points coincide.
constexpr double kSamePoint = 1e-12;
// A product of a side with itself below this share of its mean square: the items do not differ.
constexpr double kNoSpread = 1e-20;
// Shares of the product below which two relabellings count as equal: they are summed in 32 bits.
constexpr double kTieTolerance = 1e-6;

MatrixXd centred_columns(const MatrixXd& points) { return points.rowwise() - points.colwise().mean(); }

MatrixXd gram(const MatrixXd& points) {
  MatrixXd product = MatrixXd::Zero(points.rows(), points.rows());
  product.selfadjointView<Eigen::Lower>().rankUpdate(points);
  product.triangularView<Eigen::StrictlyUpper>() = product.transpose();
  return product;
}

/// The closed form of the product of two centred matrices over n (n - 3), from sums over all pairs:
/// of x * y, of the product of the row sums, of x and of y.
double from_sums(double n, double pairs, double rows, double x, double y) {
  return (pairs + x * y / ((n - 1) * (n - 2)) - 2 * rows / (n - 2)) / (n * (n - 3));
}

/// r +- 1.96 jackknife standard errors.
Dependence with_interval(double value, const VectorXd& without) {
  const double n = static_cast<double>(without.size());
  const double error = std::sqrt((without.array() - without.mean()).square().sum() * (n - 1) / n);
  return {.value = value,
          .ci95 = {std::max(-1.0, value - 1.96 * error), std::min(1.0, value + 1.96 * error)},
          .items = without.size()};
}

struct Correlation {
  double value = 0;
  VectorXd without;
};

bool has_spread(const PairMatrix& x, const UnbiasedProduct& self) {
  return self.value > kNoSpread && self.value > kNoSpread * x.value().squaredNorm();
}

std::optional<Correlation> correlation(const UnbiasedProduct& xy, const UnbiasedProduct& xx,
                                       const UnbiasedProduct& yy) {
  const VectorXd squares = xx.without.cwiseProduct(yy.without);
  if (!(squares.minCoeff() > 0)) return std::nullopt;
  return Correlation{xy.value / std::sqrt(xx.value * yy.value),
                     xy.without.cwiseQuotient(squares.cwiseSqrt())};
}

/// The unbiased product of the other items. of_item: sum of the products of its pairs; pairs: of all.
double without(const PairMatrix& x, const PairMatrix& y, const VectorXd& of_item, double pairs,
               const ItemSet& left_out) {
  const Index left = x.items() - std::ssize(left_out);
  ROBENCH_ASSERT(left >= 4);
  VectorXd x_rows = x.row_sum(), y_rows = y.row_sum();  // of the pairs with the others
  double x_sum = x.sum(), y_sum = y.sum();
  for (const Index i : left_out) {
    x_rows -= x.value().col(i);
    y_rows -= y.value().col(i);
    pairs -= 2 * of_item[i];
    x_sum -= 2 * x.row_sum()[i];
    y_sum -= 2 * y.row_sum()[i];
    for (const Index j : left_out) {  // taken away twice above
      pairs += x.value()(i, j) * y.value()(i, j);
      x_sum += x.value()(i, j);
      y_sum += y.value()(i, j);
    }
  }
  double rows = x_rows.dot(y_rows);
  for (const Index i : left_out) rows -= x_rows[i] * y_rows[i];
  return from_sums(static_cast<double>(left), pairs, rows, x_sum, y_sum);
}

double partial(double xy, double xz, double yz) {
  const double scale = std::sqrt((1 - xz * xz) * (1 - yz * yz));
  return scale > 0 ? (xy - xz * yz) / scale : 0;  // 0 as the authors define it
}

std::vector<float> condensed(const MatrixXd& matrix) {
  const double scale = std::max(matrix.cwiseAbs().maxCoeff(), 1e-300);
  std::vector<float> pairs;
  pairs.reserve(static_cast<std::size_t>(matrix.rows() * (matrix.rows() - 1) / 2));
  for (Index i = 0; i < matrix.rows(); ++i)
    for (Index j = i + 1; j < matrix.rows(); ++j)
      pairs.push_back(static_cast<float>(matrix(j, i) / scale));
  return pairs;
}

double relabelling_p(const MatrixXd& x, const MatrixXd& y,
                     std::span<const RelabelledPairs::Order> orders) {
  const std::vector<float> relabelled = condensed(x), fixed = condensed(y);
  double squares_x = 0, squares_y = 0;
  for (const float value : relabelled) squares_x += value * value;
  for (const float value : fixed) squares_y += value * value;
  const RelabelledPairs pairs(fixed, relabelled, static_cast<std::size_t>(x.rows()));
  return pairs.p_value(orders, kTieTolerance * std::sqrt(squares_x * squares_y));
}

/// What of centred x is left when its share of centred z is taken away.
MatrixXd residual(const MatrixXd& x, const MatrixXd& z) {
  const double squares = z.squaredNorm();
  return squares > 0 ? MatrixXd(x - x.cwiseProduct(z).sum() / squares * z) : x;
}

}  // namespace

PairMatrix::PairMatrix(MatrixXd value) : value_(std::move(value)) {
  value_.diagonal().setZero();
  row_sum_ = value_.rowwise().sum();
  sum_ = row_sum_.sum();
}

PairMatrix PairMatrix::products(const MatrixXd& points) {
  ROBENCH_ASSERT(points.allFinite());
  return PairMatrix(gram(centred_columns(points)));
}

PairMatrix PairMatrix::distances(const MatrixXd& points) {
  ROBENCH_ASSERT(points.allFinite());
  MatrixXd value = gram(centred_columns(points));
  const VectorXd norm = value.diagonal();
  for (Index j = 0; j < value.cols(); ++j) {
    for (Index i = 0; i < value.rows(); ++i) {
      const double norms = norm[i] + norm[j];
      const double squared = norms - 2 * value(i, j);
      value(i, j) = squared > kSamePoint * norms ? std::sqrt(squared) : 0;
    }
  }
  return PairMatrix(std::move(value));
}

PairMatrix PairMatrix::mean(std::span<const PairMatrix> matrices) {
  ROBENCH_ASSERT(!matrices.empty());
  if (matrices.size() == 1) return matrices.front();
  MatrixXd sum = matrices.front().value();
  for (const PairMatrix& matrix : matrices.subspan(1)) sum += matrix.value();
  return PairMatrix(sum / static_cast<double>(matrices.size()));
}

MatrixXd PairMatrix::centred() const {
  const auto n = static_cast<double>(items());
  ROBENCH_ASSERT(items() >= 3);
  MatrixXd centred = value_;
  centred.colwise() -= row_sum_ / (n - 2);
  centred.rowwise() -= row_sum_.transpose() / (n - 2);
  centred.array() += sum_ / ((n - 1) * (n - 2));
  centred.diagonal().setZero();
  return centred;
}

std::vector<ItemSet> single_items(Index items) {
  std::vector<ItemSet> sets;
  for (Index i = 0; i < items; ++i) sets.push_back({i});
  return sets;
}

UnbiasedProduct unbiased_product(const PairMatrix& x, const PairMatrix& y,
                                 std::span<const ItemSet> left_out) {
  ROBENCH_ASSERT(x.items() == y.items() && x.items() >= 4);
  const VectorXd of_item = x.value().cwiseProduct(y.value()).rowwise().sum();
  const double pairs = of_item.sum();
  UnbiasedProduct product{
      from_sums(static_cast<double>(x.items()), pairs, x.row_sum().dot(y.row_sum()), x.sum(), y.sum()),
      VectorXd(std::ssize(left_out))};
  for (Index s = 0; s < product.without.size(); ++s)
    product.without[s] = without(x, y, of_item, pairs, left_out[static_cast<std::size_t>(s)]);
  return product;
}

std::optional<Dependence> dependence(const PairMatrix& x, const PairMatrix& y) {
  const auto alone = single_items(x.items());
  const UnbiasedProduct xx = unbiased_product(x, x, alone), yy = unbiased_product(y, y, alone);
  if (!has_spread(x, xx) || !has_spread(y, yy)) return std::nullopt;
  const auto r = correlation(unbiased_product(x, y, alone), xx, yy);
  if (!r) return std::nullopt;
  return with_interval(r->value, r->without);
}

std::optional<Dependence> partial_dependence(const PairMatrix& x, const PairMatrix& y,
                                             const PairMatrix& given) {
  const auto alone = single_items(x.items());
  const UnbiasedProduct xx = unbiased_product(x, x, alone), yy = unbiased_product(y, y, alone),
                        zz = unbiased_product(given, given, alone);
  if (!has_spread(x, xx) || !has_spread(y, yy) || !has_spread(given, zz)) return std::nullopt;
  const auto xy = correlation(unbiased_product(x, y, alone), xx, yy);
  const auto xz = correlation(unbiased_product(x, given, alone), xx, zz);
  const auto yz = correlation(unbiased_product(y, given, alone), yy, zz);
  if (!xy || !xz || !yz) return std::nullopt;
  VectorXd without(xy->without.size());
  for (Index i = 0; i < without.size(); ++i)
    without[i] = partial(xy->without[i], xz->without[i], yz->without[i]);
  return with_interval(partial(xy->value, xz->value, yz->value), without);
}

double dependence_p(const PairMatrix& x, const PairMatrix& y,
                    std::span<const RelabelledPairs::Order> orders) {
  return relabelling_p(x.centred(), y.centred(), orders);
}

double partial_dependence_p(const PairMatrix& x, const PairMatrix& y, const PairMatrix& given,
                            std::span<const RelabelledPairs::Order> orders) {
  const MatrixXd z = given.centred();
  return relabelling_p(residual(x.centred(), z), residual(y.centred(), z), orders);
}

}  // namespace robench
