// SPDX-License-Identifier: Apache-2.0
#include "metrics/covariate_matching.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <Eigen/Dense>

#include "metrics/subject_bootstrap.h"

namespace robench {
namespace {

constexpr int kMostBins = 8;
constexpr double kLeastCovered = 0.9;
constexpr double kBalanced = 0.1;
constexpr double kLeastEffective = 30;

using Faces = std::span<const Covariates>;

double weighted_mean(Faces faces, std::size_t k, std::span<const double> weight) {
  double sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const double w = weight.empty() ? 1 : weight[i];
    sum += w * faces[i][k];
    total += w;
  }
  return sum / total;
}

double variance(Faces faces, std::size_t k) {
  const double mean = weighted_mean(faces, k, {});
  double squares = 0;
  for (const Covariates& face : faces) squares += (face[k] - mean) * (face[k] - mean);
  return squares / static_cast<double>(faces.size());
}

std::array<double, 3> mean_differences(Faces here, Faces there, std::span<const double> weight) {
  std::array<double, 3> smd{};
  for (std::size_t k = 0; k < smd.size(); ++k) {
    const double sd = std::sqrt((variance(here, k) + variance(there, k)) / 2);
    const double difference = weighted_mean(here, k, weight) - weighted_mean(there, k, {});
    smd[k] = sd > 0 ? difference / sd : 0;
  }
  return smd;
}

double largest(const std::array<double, 3>& smd) {
  return std::max({std::abs(smd[0]), std::abs(smd[1]), std::abs(smd[2])});
}

/// The stratum of a face: the bin of each covariate, as one number.
class Strata {
 public:
  Strata(Faces there, int bins) : bins_(bins) {
    for (std::size_t k = 0; k < cuts_.size(); ++k) {
      std::vector<double> values;
      for (const Covariates& face : there) values.push_back(face[k]);
      for (int b = 1; b < bins; ++b) cuts_[k].push_back(quantile(values, static_cast<double>(b) / bins));
    }
  }
  [[nodiscard]] int of(const Covariates& face) const {
    int stratum = 0;
    for (std::size_t k = 0; k < cuts_.size(); ++k)
      stratum = stratum * bins_ +
                static_cast<int>(std::upper_bound(cuts_[k].begin(), cuts_[k].end(), face[k]) -
                                 cuts_[k].begin());
    return stratum;
  }

 private:
  int bins_;
  std::array<std::vector<double>, 3> cuts_;
};

CovariateMatch matched_with(Faces here, Faces there, int bins) {
  const Strata strata(there, bins);
  std::map<int, double> count_here;
  std::map<int, double> count_there;
  for (const Covariates& face : here) count_here[strata.of(face)] += 1;
  for (const Covariates& face : there) count_there[strata.of(face)] += 1;
  CovariateMatch match;
  match.bins = bins;
  for (const auto& [stratum, count] : count_there)
    if (count_here.contains(stratum)) match.covered += count / static_cast<double>(there.size());
  double sum = 0;
  double squares = 0;
  for (const Covariates& face : here) {
    const int stratum = strata.of(face);
    const auto found = count_there.find(stratum);
    const double share =
        found == count_there.end() ? 0 : found->second / static_cast<double>(there.size());
    match.weight.push_back(share * static_cast<double>(here.size()) / count_here[stratum]);
    sum += match.weight.back();
    squares += match.weight.back() * match.weight.back();
  }
  if (sum == 0) return match;
  match.smd_strata = largest(mean_differences(here, there, match.weight));
  match.effective_n = sum * sum / squares;
  return match;
}

/// Multiplies the weights by exp(a . x), with the a that makes the weighted means of the covariates
/// those of the other side: what is left within strata. Newton's method on a convex function; where the
/// means cannot be reached, they are not, and the balance says so.
void calibrate_means(Faces here, Faces there, std::vector<double>& weight) {
  std::vector<Eigen::Vector3d> x(here.size());
  for (std::size_t k = 0; k < 3; ++k) {
    const double mean = weighted_mean(there, k, {});
    const double sd = std::sqrt(variance(here, k));
    for (std::size_t i = 0; i < here.size(); ++i) x[i][k] = sd > 0 ? (here[i][k] - mean) / sd : 0;
  }
  const std::vector<double> before = weight;
  Eigen::Vector3d a = Eigen::Vector3d::Zero();
  for (int step = 0; step < 50; ++step) {
    double total = 0;
    Eigen::Vector3d mean = Eigen::Vector3d::Zero();
    Eigen::Matrix3d spread = Eigen::Matrix3d::Zero();
    for (std::size_t i = 0; i < here.size(); ++i) {
      weight[i] = before[i] * std::exp(a.dot(x[i]));
      total += weight[i];
      mean += weight[i] * x[i];
      spread += weight[i] * x[i] * x[i].transpose();
    }
    mean /= total;
    if (mean.lpNorm<Eigen::Infinity>() < 1e-12) break;
    spread = spread / total - mean * mean.transpose() + 1e-9 * Eigen::Matrix3d::Identity();
    Eigen::Vector3d change = spread.ldlt().solve(mean);
    a -= change * std::min(1.0, 1 / change.norm());
  }
}

/// Weights with a mean of 1, and what must be said of them.
void finish(Faces here, Faces there, CovariateMatch& match) {
  calibrate_means(here, there, match.weight);
  double sum = 0;
  double squares = 0;
  for (const double w : match.weight) {
    sum += w;
    squares += w * w;
  }
  for (double& w : match.weight) w *= static_cast<double>(here.size()) / sum;
  match.effective_n = sum * sum / squares;
  match.smd_after = mean_differences(here, there, match.weight);
}

}  // namespace

CovariateMatch match_covariates(std::span<const Covariates> here, std::span<const Covariates> there) {
  CovariateMatch best;
  if (here.empty() || there.empty()) {
    best.refused = "no face with all three covariates on one side";
    return best;
  }
  bool found = false;
  for (int bins = 2; bins <= kMostBins; ++bins) {
    CovariateMatch match = matched_with(here, there, bins);
    if (match.covered < kLeastCovered || match.effective_n == 0) {
      if (!found && match.covered > best.covered) best = std::move(match);
      continue;
    }
    if (!found || match.smd_strata < best.smd_strata) best = std::move(match);
    found = true;
  }
  if (best.effective_n > 0) finish(here, there, best);
  best.smd_before = mean_differences(here, there, {});
  if (!found)
    best.refused = fmt::format("photographs like {:.0f} % of those of the other run are not here at all",
                               100 * (1 - best.covered));
  else if (largest(best.smd_after) >= kBalanced)
    best.refused = fmt::format("balance is out of reach: {:.2g} SD are left", largest(best.smd_after));
  else if (best.effective_n < kLeastEffective)
    best.refused = fmt::format("an effective n of {:.3g} photographs, below 30", best.effective_n);
  if (!best.refused.empty()) best.weight.clear();
  return best;
}

}  // namespace robench
