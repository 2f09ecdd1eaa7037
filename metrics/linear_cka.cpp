// SPDX-License-Identifier: Apache-2.0
#include "metrics/linear_cka.h"

#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/distributions/students_t.hpp>

#include "metrics/subject_bootstrap.h"
#include "perturb/error.h"

namespace robench {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The three sums that HSIC_1 of two kernels without diagonal is made of.
struct KernelSums {
  double products = 0;      // sum of K_ij L_ij
  double row_products = 0;  // sum of k_i l_i, of row sums
  double total_k = 0;
  double total_l = 0;

  [[nodiscard]] double hsic(double n) const {
    return (products + total_k * total_l / ((n - 1) * (n - 2)) - 2 / (n - 2) * row_products) /
           (n * (n - 3));
  }
};

/// Two kernels, ready to leave rows out of their sums.
class KernelPair {
 public:
  KernelPair(const MatrixXd& k, const MatrixXd& l)
      : k_(k), l_(l), k_rows_(k.rowwise().sum()), l_rows_(l.rowwise().sum()) {
    products_ = k.cwiseProduct(l).rowwise().sum();
    all_ = {products_.sum(), k_rows_.dot(l_rows_), k_rows_.sum(), l_rows_.sum()};
  }
  [[nodiscard]] const KernelSums& all() const { return all_; }

  [[nodiscard]] KernelSums without(const std::vector<Index>& rows) const {
    KernelSums sums = all_;
    VectorXd k_left = k_rows_;
    VectorXd l_left = l_rows_;
    for (const Index i : rows) {
      k_left -= k_.col(i);
      l_left -= l_.col(i);
      sums.products -= 2 * products_[i];
      sums.total_k -= 2 * k_rows_[i];
      sums.total_l -= 2 * l_rows_[i];
      for (const Index j : rows) {
        sums.products += k_(i, j) * l_(i, j);
        sums.total_k += k_(i, j);
        sums.total_l += l_(i, j);
      }
    }
    sums.row_products = k_left.dot(l_left);
    for (const Index i : rows) sums.row_products -= k_left[i] * l_left[i];
    return sums;
  }

 private:
  const MatrixXd& k_;
  const MatrixXd& l_;
  VectorXd k_rows_;
  VectorXd l_rows_;
  VectorXd products_;
  KernelSums all_;
};

MatrixXd kernel_without_diagonal(const MatrixXd& x) {
  // Centring first changes nothing but the size of the numbers that cancel.
  const MatrixXd centred = x.rowwise() - x.colwise().mean();
  MatrixXd kernel = centred * centred.transpose();
  kernel.diagonal().setZero();
  return kernel;
}

double alignment(double xy, double xx, double yy) {
  if (xy == xx && xy == yy && xx > 0) return 1;  // the very same kernels: no rounding
  if (!(xx > 0) || !(yy > 0)) return std::numeric_limits<double>::quiet_NaN();
  return xy / std::sqrt(xx * yy);
}

std::optional<Interval> jackknife_interval(double value, const std::vector<double>& without) {
  const auto m = static_cast<double>(without.size());
  bool transformed = std::abs(value) < 1;
  for (const double v : without) {
    if (!std::isfinite(v)) return std::nullopt;
    transformed = transformed && std::abs(v) < 1;
  }
  const auto to = [&](double v) { return transformed ? std::atanh(v) : v; };
  const auto back = [&](double v) { return transformed ? std::tanh(v) : v; };
  double mean = 0;
  for (const double v : without) mean += to(v);
  mean /= m;  // exact where all are equal
  double squares = 0;
  for (const double v : without) squares += (to(v) - mean) * (to(v) - mean);
  const double t = boost::math::quantile(boost::math::students_t(m - 1), 0.975);
  const double reach = t * std::sqrt((m - 1) / m * squares);
  return Interval{back(to(value) - reach), back(to(value) + reach)};
}

}  // namespace

LinearCka linear_cka(const MatrixXd& x, const MatrixXd& y, std::span<const int> unit, int units) {
  ROBENCH_ASSERT(x.rows() >= 4 && x.rows() == y.rows() && std::ssize(unit) == x.rows());
  const MatrixXd k = kernel_without_diagonal(x);
  const MatrixXd l = kernel_without_diagonal(y);
  const KernelPair xy(k, l);
  const KernelPair xx(k, k);
  const KernelPair yy(l, l);
  const auto n = static_cast<double>(x.rows());
  LinearCka result;
  result.value = alignment(xy.all().hsic(n), xx.all().hsic(n), yy.all().hsic(n));

  std::vector<std::vector<Index>> rows_of(units);
  for (Index i = 0; i < x.rows(); ++i) rows_of[unit[i]].push_back(i);
  std::vector<double> without;
  for (const auto& rows : rows_of) {
    if (rows.empty()) continue;
    const double left = n - static_cast<double>(rows.size());
    if (left < 4) return result;
    without.push_back(alignment(xy.without(rows).hsic(left), xx.without(rows).hsic(left),
                                yy.without(rows).hsic(left)));
  }
  if (std::ssize(without) >= SubjectBootstrap::kMinSubjects && std::isfinite(result.value))
    result.ci95 = jackknife_interval(result.value, without);
  return result;
}

}  // namespace robench
