// SPDX-License-Identifier: Apache-2.0
#include "metrics/gap_change.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>

#include "metrics/scores.h"

namespace robench {
namespace {

/// Normal quantiles of 0.975 and 0.8 together.
constexpr double kDetectable = 1.959963984540054 + 0.8416212335729143;

/// Comparisons and false non-matches of the two groups: [0] = a, [1] = b.
struct FourCells {
  std::array<double, 2> n{};
  std::array<double, 2> clean{};
  std::array<double, 2> perturbed{};
};

double log_odds(double errors, double n) { return std::log((errors + 0.5) / (n - errors + 0.5)); }

template <class Rate>
std::pair<double, double> gap_and_change(const FourCells& cells, const Rate& rate) {
  const double gap = rate(cells.perturbed[0], cells.n[0]) - rate(cells.perturbed[1], cells.n[1]);
  return {gap, gap - (rate(cells.clean[0], cells.n[0]) - rate(cells.clean[1], cells.n[1]))};
}

/// What resampling cannot see: counts of none and of all stay what they are in every replicate.
double unmoved_variance(const FourCells& cells) {
  double variance = 0;
  for (const auto& errors : {cells.clean, cells.perturbed})
    for (int g = 0; g < 2; ++g)
      if (errors[g] == 0 || errors[g] == cells.n[g])
        variance += 1 / (errors[g] + 0.5) + 1 / (cells.n[g] - errors[g] + 0.5);
  return variance;
}

double standard_deviation(const std::vector<double>& values) {
  double n = 0;
  double mean = 0;
  double squares = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    n += 1;
    const double step = value - mean;
    mean += step / n;
    squares += step * (value - mean);
  }
  return n < 2 ? std::numeric_limits<double>::quiet_NaN() : std::sqrt(squares / (n - 1));
}

template <class Rate>
ScaledChange scaled_change(const FourCells& observed, const std::vector<FourCells>& replicates,
                           double further_variance, const Rate& rate) {
  ScaledChange result;
  std::tie(result.gap, result.change) = gap_and_change(observed, rate);
  std::vector<double> gaps;
  std::vector<double> changes;
  for (const FourCells& cells : replicates) {
    const bool both = cells.n[0] > 0 && cells.n[1] > 0;
    const auto [gap, change] = gap_and_change(cells, rate);
    gaps.push_back(both ? gap : std::numeric_limits<double>::quiet_NaN());
    changes.push_back(both ? change : std::numeric_limits<double>::quiet_NaN());
  }
  result.se = std::hypot(standard_deviation(changes), std::sqrt(further_variance));
  result.gap_ci95 = percentile_interval(gaps);
  if (further_variance == 0)
    result.change_ci95 = percentile_interval(changes);
  else
    result.change_ci95 = Interval{result.change - 1.959963984540054 * result.se,
                                  result.change + 1.959963984540054 * result.se};
  result.p = result.se > 0 ? std::erfc(std::abs(result.change) / result.se / std::numbers::sqrt2) : 1;
  return result;
}

}  // namespace

double ScaledChange::detectable() const { return kDetectable * se; }

double GapChange::joint_p() const {
  if (difference.change * log_odds.change <= 0) return 1;
  return std::max(difference.p, log_odds.p);
}

int GapChange::direction() const {
  const auto of = [](const ScaledChange& scale) {
    const double before = std::abs(scale.gap - scale.change);
    return (std::abs(scale.gap) > before) - (std::abs(scale.gap) < before);
  };
  return of(difference) == of(log_odds) ? of(difference) : 0;
}

PairedNonMatches paired_non_matches(const CleanContext& context, const ResamplingUnits& units,
                                    std::span<const EmbeddingTable* const> tables) {
  PairedNonMatches outcomes;
  for (auto* column : {&outcomes.judged, &outcomes.clean, &outcomes.perturbed})
    column->assign(units.count, 0.0);
  const auto& trials = context.data.trials;
  const auto clean = trial_scores(context.card.comparison, trials, context.clean, context.clean);
  for (const EmbeddingTable* table : tables) {
    const auto scores =
        trial_scores(context.card.comparison, trials, references(context, *table), *table);
    for (std::size_t i = 0; i < trials.size(); ++i) {
      const auto threshold = context.threshold.judging(context.data.subject[trials[i].reference],
                                                       context.data.subject[trials[i].probe]);
      if (!trials[i].mated || !threshold || std::isnan(clean[i]) || std::isnan(scores[i])) continue;
      const int unit = units.of_sample[trials[i].reference];
      outcomes.judged[unit] += 1;
      outcomes.clean[unit] += clean[i] < *threshold ? 1 : 0;
      outcomes.perturbed[unit] += scores[i] < *threshold ? 1 : 0;
    }
  }
  return outcomes;
}

std::optional<GapChange> gap_change(const PairedNonMatches& outcomes, const Grouping& grouping, int a,
                                    int b, const SubjectBootstrap& bootstrap) {
  FourCells observed;
  std::vector<FourCells> replicates(bootstrap.replicates());
  std::array<int, 2> subjects{};
  for (std::size_t unit = 0; unit < outcomes.judged.size(); ++unit) {
    const int group = grouping.of_unit[unit];
    if (outcomes.judged[unit] == 0 || (group != a && group != b)) continue;
    const int g = group == a ? 0 : 1;
    ++subjects[g];
    observed.n[g] += outcomes.judged[unit];
    observed.clean[g] += outcomes.clean[unit];
    observed.perturbed[g] += outcomes.perturbed[unit];
    const auto weights = bootstrap.of_unit(static_cast<int>(unit));
    for (std::size_t r = 0; r < replicates.size(); ++r) {
      replicates[r].n[g] += weights[r] * outcomes.judged[unit];
      replicates[r].clean[g] += weights[r] * outcomes.clean[unit];
      replicates[r].perturbed[g] += weights[r] * outcomes.perturbed[unit];
    }
  }
  const double errors =
      observed.clean[0] + observed.clean[1] + observed.perturbed[0] + observed.perturbed[1];
  if (std::min(subjects[0], subjects[1]) < SubjectBootstrap::kMinSubjects || errors == 0)
    return std::nullopt;
  GapChange result;
  result.difference = scaled_change(observed, replicates, 0, [](double e, double n) { return e / n; });
  result.log_odds = scaled_change(observed, replicates, unmoved_variance(observed), log_odds);
  result.subjects_a = subjects[0];
  result.subjects_b = subjects[1];
  result.n = observed.n[0] + observed.n[1];
  return result;
}

}  // namespace robench
