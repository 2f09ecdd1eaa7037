// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/shift_attribution.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "metrics/confidence/ridge_logistic.h"
#include "metrics/subject_bootstrap.h"
#include "perturb/error.h"

namespace robench {
namespace {

constexpr int kStrata = 10;
constexpr int kReplicates = 200;
constexpr double kPenalty = 1;  // weak beside hundreds of rows; keeps separated samples finite

/// Log odds of each row to be in the second sample, given its covariates.
std::vector<double> propensity(const TwoSamples& samples, std::span<const Covariates> covariates) {
  const auto n = static_cast<Eigen::Index>(covariates.size());
  Eigen::MatrixXd x(n, 3);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index k = 0; k < 3; ++k) x(i, k) = covariates[i][k];
  x.rowwise() -= x.colwise().mean().eval();
  for (Eigen::Index k = 0; k < 3; ++k) {
    const double sd = std::sqrt(x.col(k).squaredNorm() / static_cast<double>(n));
    if (sd > 0) x.col(k) /= sd;
  }
  const LogisticFit fit = fit_ridge_logistic(x, samples.in_second, kPenalty);
  std::vector<double> log_odds;
  for (Eigen::Index i = 0; i < n; ++i) log_odds.push_back(fit.log_odds(x.row(i).transpose()));
  return log_odds;
}

/// The stratum of each row's person, by the person's mean propensity.
std::vector<int> strata_of(std::span<const double> log_odds, std::span<const int> person, int people) {
  UnitMean of_person(people);
  for (std::size_t i = 0; i < person.size(); ++i) of_person.add(person[i], log_odds[i]);
  std::vector<double> mean;
  for (int k = 0; k < people; ++k) mean.push_back(of_person.sums()[k] / of_person.counts()[k]);
  std::vector<double> cuts;
  for (int k = 1; k < kStrata; ++k) cuts.push_back(quantile(mean, static_cast<double>(k) / kStrata));
  std::vector<int> stratum;
  for (const int k : person)
    stratum.push_back(
        static_cast<int>(std::upper_bound(cuts.begin(), cuts.end(), mean[k]) - cuts.begin()));
  return stratum;
}

CovariateMatch match_second_to_first(const TwoSamples& samples, std::span<const Covariates> covariates) {
  std::array<std::vector<Covariates>, 2> side;
  for (std::size_t i = 0; i < covariates.size(); ++i)
    side[samples.in_second[i] != 0 ? 1 : 0].push_back(covariates[i]);
  return match_covariates(side[1], side[0]);
}

/// 1 for rows of the first sample, the weight of the match for those of the second.
Eigen::VectorXd matched_weights(const TwoSamples& samples, const CovariateMatch& match) {
  Eigen::VectorXd weight = Eigen::VectorXd::Ones(static_cast<Eigen::Index>(samples.in_second.size()));
  std::size_t next = 0;
  for (Eigen::Index i = 0; i < weight.size(); ++i)
    if (samples.in_second[i] != 0) weight[i] = match.weight[next++];
  return weight;
}

std::optional<Interval> interval_of(const TwoSamples& samples, const Mmd& mmd,
                                    const Eigen::VectorXd& matched, std::uint64_t seed) {
  if (mmd.people() < SubjectBootstrap::kMinSubjects) return std::nullopt;
  const SubjectBootstrap bootstrap(mmd.people(), seed, kReplicates);
  std::vector<double> explained;
  for (int r = 0; r < kReplicates; ++r) {
    const std::vector<float> drawn = bootstrap.of_replicate(r);
    Eigen::VectorXd weight(matched.size());
    for (Eigen::Index i = 0; i < weight.size(); ++i) weight[i] = drawn[mmd.person()[i]];
    const double before = mmd.squared(samples.in_second, weight);
    const double after = mmd.squared(samples.in_second, weight.cwiseProduct(matched));
    explained.push_back(1 - after / before);
  }
  return percentile_interval(explained);
}

}  // namespace

ShiftAttribution shift_attribution(const TwoSamples& samples, std::span<const Covariates> covariates,
                                   int permutations, std::uint64_t seed) {
  ROBENCH_ASSERT(covariates.size() == samples.in_second.size());
  const Mmd mmd(samples);
  const auto statistic = [&](std::span<const int> labels) { return mmd.squared(labels); };
  ShiftAttribution result;
  result.before = {mmd.squared(samples.in_second), mmd.bandwidth(), 1};
  result.before.p =
      SubjectRelabelling(samples).test(result.before.mmd2, permutations, seed, "mmd", statistic).p;
  if (result.before.p > 0.05) {
    result.refused = fmt::format("no difference to attribute: p = {:.2g}", result.before.p);
    return result;
  }
  const std::vector<int> strata = strata_of(propensity(samples, covariates), mmd.person(), mmd.people());
  result.p_remaining = SubjectRelabelling(samples, strata)
                           .test(result.before.mmd2, permutations, seed, "mmd_within_strata", statistic)
                           .p;
  result.match = match_second_to_first(samples, covariates);
  result.refused = result.match.refused;
  if (!result.refused.empty()) return result;
  const Eigen::VectorXd weight = matched_weights(samples, result.match);
  result.mmd2_after = mmd.squared(samples.in_second, weight);
  result.explained = 1 - result.mmd2_after / result.before.mmd2;
  result.ci95 = interval_of(samples, mmd, weight, seed);
  return result;
}

}  // namespace robench
