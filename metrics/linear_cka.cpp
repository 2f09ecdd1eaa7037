// SPDX-License-Identifier: Apache-2.0
#include "metrics/linear_cka.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/distributions/students_t.hpp>

#include "metrics/dependence.h"
#include "metrics/subject_bootstrap.h"
#include "perturb/error.h"

namespace robench {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

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
  std::vector<ItemSet> of_subject(units);
  for (Index i = 0; i < x.rows(); ++i) of_subject[unit[i]].push_back(i);
  std::erase_if(of_subject, [](const ItemSet& rows) { return rows.empty(); });
  const bool too_few = std::any_of(of_subject.begin(), of_subject.end(),
                                   [&](const ItemSet& rows) { return x.rows() - std::ssize(rows) < 4; });
  if (too_few || std::ssize(of_subject) < SubjectBootstrap::kMinSubjects) of_subject.clear();

  const PairMatrix k = PairMatrix::products(x);
  const PairMatrix l = PairMatrix::products(y);
  const UnbiasedProduct xy = unbiased_product(k, l, of_subject);
  const UnbiasedProduct xx = unbiased_product(k, k, of_subject);
  const UnbiasedProduct yy = unbiased_product(l, l, of_subject);
  LinearCka result;
  result.value = alignment(xy.value, xx.value, yy.value);
  std::vector<double> without;
  for (Index s = 0; s < xy.without.size(); ++s)
    without.push_back(alignment(xy.without[s], xx.without[s], yy.without[s]));
  if (!without.empty() && std::isfinite(result.value))
    result.ci95 = jackknife_interval(result.value, without);
  return result;
}

}  // namespace robench
