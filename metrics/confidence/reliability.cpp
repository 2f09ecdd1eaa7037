// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/reliability.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "metrics/rate.h"
#include "perturb/error.h"

namespace robench {
namespace {

/// Weighted sums over forecasts, as they are and in each replicate.
struct BinSums {
  explicit BinSums(int replicates)
      : weight(replicates + 1, 0.0), happened(replicates + 1, 0.0), probability(replicates + 1, 0.0) {}
  std::vector<double> weight, happened, probability;  // [0] as it is, [r + 1] of replicate r
  std::int64_t n = 0;
  std::int64_t outcomes = 0;
  std::set<int> units;
  bool of_pairs = false;

  void add(const Forecast& forecast, const SubjectBootstrap& bootstrap) {
    ++n;
    outcomes += forecast.happened ? 1 : 0;
    units.insert({forecast.unit_a, forecast.unit_b});
    of_pairs = of_pairs || forecast.unit_a != forecast.unit_b;
    const auto of_a = bootstrap.of_unit(forecast.unit_a);
    const auto of_b = bootstrap.of_unit(forecast.unit_b);
    for (std::size_t k = 0; k < weight.size(); ++k) {
      double w = forecast.weight;
      if (k > 0) w *= of_a[k - 1];
      if (k > 0 && forecast.unit_a != forecast.unit_b) w *= of_b[k - 1];
      weight[k] += w;
      happened[k] += forecast.happened ? w : 0;
      probability[k] += w * forecast.probability;
    }
  }

  [[nodiscard]] Evidence evidence() const {
    const auto subjects = static_cast<int>(units.size());
    return {n, subjects, of_pairs ? subjects / 2 : subjects, std::min(outcomes, n - outcomes)};
  }
};

std::vector<double> ratio(std::span<const double> a, std::span<const double> b) {
  std::vector<double> values(a.size());
  std::transform(a.begin(), a.end(), b.begin(), values.begin(), std::divides<>());
  return values;
}

ReliabilityRow row_of(std::span<const Forecast* const> bin, const BinSums& sums) {
  const auto share = ratio(sums.happened, sums.weight);
  const auto replicates = std::span(share).subspan(1);
  ReliabilityRow row{
      bin.front()->probability, bin.back()->probability, sums.probability[0] / sums.weight[0], {}};
  row.happened = rate_measure("happened", Better::none, share[0], sums.evidence(), replicates,
                              variance_of(replicates), "");
  return row;
}

/// Mean squared error: the mean of a "probability" that is the squared error.
Measure brier_of(std::span<const Forecast> forecasts, const SubjectBootstrap& bootstrap) {
  BinSums sums(bootstrap.replicates());
  for (const Forecast& forecast : forecasts) {
    Forecast error = forecast;
    const double miss = forecast.probability - (forecast.happened ? 1 : 0);
    error.probability = miss * miss;
    sums.add(error, bootstrap);
  }
  const auto mean = ratio(sums.probability, sums.weight);
  Measure brier{"brier", mean[0], "1", sums.n, std::nullopt, Better::lower, ""};
  if (sums.evidence().subjects < SubjectBootstrap::kMinSubjects)
    brier.note = too_few_subjects(sums.evidence().subjects);
  else
    brier.ci95 = percentile_interval(std::span(mean).subspan(1));
  return brier;
}

Measure ece_of(std::span<const BinSums> bins, std::int64_t n, int subjects) {
  std::vector<double> error(bins.front().weight.size(), 0.0);
  std::vector<double> weight(error.size(), 0.0);
  for (const BinSums& bin : bins)
    for (std::size_t k = 0; k < error.size(); ++k) {
      error[k] += std::abs(bin.happened[k] - bin.probability[k]);
      weight[k] += bin.weight[k];
    }
  const auto mean = ratio(error, weight);
  Measure ece{"ece",
              mean[0],
              "1",
              n,
              std::nullopt,
              Better::lower,
              fmt::format("{} bins; above 0 by chance even for true probabilities", bins.size())};
  if (subjects < SubjectBootstrap::kMinSubjects)
    add_note(ece.note, too_few_subjects(subjects));
  else
    ece.ci95 = percentile_interval(std::span(mean).subspan(1));
  return ece;
}

}  // namespace

Reliability reliability(std::span<const Forecast> forecasts, int bins,
                        const SubjectBootstrap& bootstrap) {
  ROBENCH_ASSERT(bins >= 1);
  Reliability result;
  if (forecasts.empty()) {
    result.brier = refused("brier", "1", Better::lower, "no forecasts");
    result.ece = refused("ece", "1", Better::lower, "no forecasts");
    return result;
  }
  std::vector<const Forecast*> order;
  for (const Forecast& forecast : forecasts) order.push_back(&forecast);
  std::stable_sort(order.begin(), order.end(),
                   [](const Forecast* a, const Forecast* b) { return a->probability < b->probability; });
  std::vector<BinSums> sums;
  const std::size_t size = (order.size() + bins - 1) / bins;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = std::min(begin + size, order.size());
    while (end < order.size() && order[end]->probability == order[end - 1]->probability) ++end;
    sums.emplace_back(bootstrap.replicates());
    for (std::size_t i = begin; i < end; ++i) sums.back().add(*order[i], bootstrap);
    result.rows.push_back(row_of(std::span(order).subspan(begin, end - begin), sums.back()));
    begin = end;
  }
  std::set<int> units;
  for (const BinSums& bin : sums) units.insert(bin.units.begin(), bin.units.end());
  result.brier = brier_of(forecasts, bootstrap);
  result.ece = ece_of(sums, std::ssize(forecasts), static_cast<int>(units.size()));
  return result;
}

}  // namespace robench
