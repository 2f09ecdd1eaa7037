// SPDX-License-Identifier: Apache-2.0
#include "metrics/drift_vectors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <boost/math/distributions/students_t.hpp>

#include "metrics/subject_bootstrap.h"
#include "perturb/error.h"

namespace robench {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kNoDrift = std::numeric_limits<double>::quiet_NaN();

/// t interval from the values without one subject each.
DriftShare jackknifed(double value, const std::vector<double>& without) {
  DriftShare share{value, std::nullopt};
  const auto m = static_cast<double>(without.size());
  if (std::ssize(without) < SubjectBootstrap::kMinSubjects) return share;
  double mean = 0;
  for (const double v : without) {
    if (!std::isfinite(v)) return share;
    mean += v / m;
  }
  double squares = 0;
  for (const double v : without) squares += (v - mean) * (v - mean);
  const double t = boost::math::quantile(boost::math::students_t(m - 1), 0.975);
  const double reach = t * std::sqrt((m - 1) / m * squares);
  share.ci95 = Interval{value - reach, std::min(1.0, value + reach)};
  return share;
}

/// What one subject adds to the sums.
struct Contribution {
  double n = 0;
  double squares = 0;  // of the lengths of its shifts
  VectorXd sum;        // of its shifts
};

std::vector<Contribution> contributions(const DriftVectors& drift) {
  std::vector<Contribution> all(drift.units);
  for (Index i = 0; i < drift.shift.rows(); ++i) {
    Contribution& own = all[drift.unit[i]];
    if (own.n == 0) own.sum = VectorXd::Zero(drift.shift.cols());
    const VectorXd shift = drift.shift.row(i).cast<double>();
    own.n += 1;
    own.squares += shift.squaredNorm();
    own.sum += shift;
  }
  std::erase_if(all, [](const Contribution& c) { return c.n == 0; });
  return all;
}

/// Sums over subjects that the common share is made of.
struct CommonSums {
  double n = 0;
  double squares = 0;
  double pairs = 0;          // ordered, of two subjects
  double pair_products = 0;  // of their shifts
  [[nodiscard]] double share() const {
    return pairs > 0 && squares > 0 ? (pair_products / pairs) / (squares / n) : kNoDrift;
  }
};

/// Mean square along `direction` and in all, about `mean`, of some rows.
struct Spread {
  double along = 0;
  double all = 0;
};

/// The first principal direction of the rows about their mean, by power iteration on their covariance:
/// where the first two variances are nearly equal it may be any direction between, whose share is
/// theirs.
VectorXd principal_direction(const MatrixXd& covariance) {
  constexpr int kIterations = 200;
  constexpr double kSettled = 1e-7;
  Index widest = 0;
  covariance.diagonal().maxCoeff(&widest);
  VectorXd direction = covariance.col(widest).normalized();
  for (int k = 0; k < kIterations; ++k) {
    const VectorXd next = (covariance * direction).normalized();
    const double moved = (next - direction).norm();
    direction = next;
    if (moved < kSettled) break;
  }
  return direction;
}

std::array<std::vector<Index>, 2> rows_of_halves(const DriftVectors& drift,
                                                 const std::vector<std::uint8_t>& halves) {
  std::array<std::vector<Index>, 2> rows;
  for (Index i = 0; i < drift.shift.rows(); ++i) rows[halves[drift.unit[i]]].push_back(i);
  return rows;
}

EmbeddingMatrix centred(const EmbeddingMatrix& rows) { return rows.rowwise() - rows.colwise().mean(); }

}  // namespace

DriftShare common_share(const DriftVectors& drift) {
  const std::vector<Contribution> subjects = contributions(drift);
  if (subjects.size() < 2) return {kNoDrift, std::nullopt};
  CommonSums all;
  VectorXd total = VectorXd::Zero(drift.shift.cols());
  double own_products = 0;
  double own_pairs = 0;
  for (const Contribution& own : subjects) {
    all.n += own.n;
    all.squares += own.squares;
    total += own.sum;
    own_products += own.sum.squaredNorm();
    own_pairs += own.n * own.n;
  }
  all.pairs = all.n * all.n - own_pairs;
  all.pair_products = total.squaredNorm() - own_products;
  std::vector<double> without;
  for (const Contribution& own : subjects) {
    CommonSums left = all;
    left.n -= own.n;
    left.squares -= own.squares;
    left.pairs -= 2 * own.n * (all.n - own.n);
    left.pair_products -= 2 * own.sum.dot(total - own.sum);
    without.push_back(left.share());
  }
  return jackknifed(all.share(), without);
}

DriftShare principal_share(const DriftVectors& drift, const std::vector<std::uint8_t>& halves) {
  ROBENCH_ASSERT(std::ssize(halves) == drift.units);
  const auto rows = rows_of_halves(drift, halves);
  if (rows[0].size() < 2 || rows[1].size() < 2) return {kNoDrift, std::nullopt};
  std::array<EmbeddingMatrix, 2> shifts;
  std::array<VectorXd, 2> direction;
  for (std::size_t h = 0; h < 2; ++h) {
    shifts[h] = centred(drift.shift(rows[h], Eigen::all));
    EmbeddingMatrix covariance = EmbeddingMatrix::Zero(drift.shift.cols(), drift.shift.cols());
    covariance.selfadjointView<Eigen::Lower>().rankUpdate(shifts[h].transpose());
    const EmbeddingMatrix symmetric = covariance.selfadjointView<Eigen::Lower>();
    const MatrixXd whole = symmetric.cast<double>();
    if (!(whole.diagonal().sum() > 0)) return {kNoDrift, std::nullopt};
    direction[h] = principal_direction(whole);
  }
  std::vector<Spread> of_unit(drift.units);
  std::array<Spread, 2> of_half;
  for (std::size_t h = 0; h < 2; ++h) {
    const Eigen::VectorXf along = shifts[h] * direction[1 - h].cast<float>();
    const Eigen::VectorXf all = shifts[h].rowwise().squaredNorm();
    for (std::size_t i = 0; i < rows[h].size(); ++i) {
      const auto r = static_cast<Index>(i);
      const Spread own{static_cast<double>(along[r]) * static_cast<double>(along[r]),
                       static_cast<double>(all[r])};
      Spread& unit = of_unit[drift.unit[rows[h][i]]];
      unit = {unit.along + own.along, unit.all + own.all};
      of_half[h] = {of_half[h].along + own.along, of_half[h].all + own.all};
    }
  }
  const auto share = [](const std::array<Spread, 2>& s) {
    return (s[0].along / s[0].all + s[1].along / s[1].all) / 2;
  };
  std::vector<double> without;
  std::vector<std::uint8_t> present(drift.units, 0);
  for (const int unit : drift.unit) present[unit] = 1;
  for (int unit = 0; unit < drift.units; ++unit) {
    if (present[unit] == 0) continue;
    std::array<Spread, 2> left = of_half;
    Spread& half = left[halves[unit]];
    half = {half.along - of_unit[unit].along, half.all - of_unit[unit].all};
    without.push_back(share(left));
  }
  return jackknifed(share(of_half), without);
}

}  // namespace robench
