// SPDX-License-Identifier: Apache-2.0
#include "metrics/score_thresholds.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "metrics/wilson.h"
#include "perturb/params.h"

namespace robench {
namespace {

constexpr double kScoreBudgetToTrust = 30;  // as in metrics/threshold.cpp

}  // namespace

ScoreThresholds::ScoreThresholds(const ScoreTable& table, const SubjectBootstrap& bootstrap)
    : bootstrap_(bootstrap), sign_(table.sign) {
  for (const ScoredTrial& trial : table.trials)
    if (!trial.mated) tail_.push_back({trial.score, trial.unit_a, trial.unit_b});
  std::sort(tail_.begin(), tail_.end(), [](const TailScore& a, const TailScore& b) {
    return std::tuple(-a.score, a.unit_a, a.unit_b) < std::tuple(-b.score, b.unit_a, b.unit_b);
  });
  ComparisonSet non_mated;
  for (const TailScore& score : tail_) non_mated.add(score.unit_a, score.unit_b);
  weights_ = non_mated.weights(bootstrap);
}

double ScoreThresholds::budget(double target) const {
  return target * static_cast<double>(tail_.size());
}

std::string ScoreThresholds::budget_text(double target) const {
  return fmt::format("{} non-mated scores give a false-accept budget of {:.3g}, below 1", tail_.size(),
                     budget(target));
}

std::size_t ScoreThresholds::allowed(double target) const {
  return static_cast<std::size_t>(budget(target) * (1 + 1e-12));
}

std::optional<double> ScoreThresholds::at(double target) const {
  if (allowed(target) < 1) return std::nullopt;
  return std::nextafter(tail_[allowed(target)].score, std::numeric_limits<double>::infinity());
}

std::string ScoreThresholds::note(double target) const {
  const double expected = budget(target);
  return fmt::format("threshold {:.6g} from {} non-mated scores, false-accept budget {:.4g}{}",
                     as_given(at(target).value()), tail_.size(), expected,
                     expected < kScoreBudgetToTrust ? " (below 30: the threshold is uncertain)" : "");
}

double ScoreThresholds::scale_of_highest(std::size_t accepted) const {
  if (tail_.empty()) return 1;
  std::vector<std::pair<int, int>> pairs;
  for (const TailScore& score : tail_) {
    if (score.unit_a == score.unit_b) return 1;  // no subjects are known
    pairs.emplace_back(score.unit_a, score.unit_b);
  }
  return product_weight_scale(std::span(pairs).first(accepted), spread_of(pairs, bootstrap_.units()));
}

std::vector<double> ScoreThresholds::replicates(double target) const {
  const double drawn = scale(target);
  std::vector<double> weights = weights_;
  for (double& weight : weights)
    weight = (1 - drawn) * static_cast<double>(tail_.size()) + drawn * weight;
  return threshold_replicates(tail_, weights, target, bootstrap_, drawn);
}

std::string fmr_text(double target) {
  const double power = std::round(std::log10(target));
  return power <= -2 && std::abs(target - std::pow(10, power)) < 1e-12 * target
             ? fmt::format("1e{:.0f}", power)
             : shortest(target);
}

}  // namespace robench
