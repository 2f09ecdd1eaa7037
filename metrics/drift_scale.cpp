// SPDX-License-Identifier: Apache-2.0
#include "metrics/drift_scale.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "metrics/scores.h"

namespace robench {
namespace {

/// Any two acquired samples, in their order.
std::vector<Trial> pairs_of_samples(const EmbeddingTable& clean) {
  std::vector<std::uint32_t> acquired;
  for (std::size_t row = 0; row < clean.size(); ++row)
    if (clean.ok(row)) acquired.push_back(static_cast<std::uint32_t>(row));
  const auto n = static_cast<std::int64_t>(acquired.size());
  const std::int64_t all = n * (n - 1) / 2;
  const std::int64_t wanted = std::min(all, kMostScalePairs);
  std::vector<Trial> pairs;
  std::int64_t seen = 0;  // kept where seen * wanted / all steps up
  for (std::int64_t a = 0; a < n; ++a)
    for (std::int64_t b = a + 1; b < n; ++b, ++seen)
      if ((seen + 1) * wanted / all != seen * wanted / all)
        pairs.push_back(
            {acquired[static_cast<std::size_t>(a)], acquired[static_cast<std::size_t>(b)], false, -1});
  return pairs;
}

double median_distance(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

DriftScale scale_over(const std::vector<Trial>& pairs, const EmbeddingTable& clean, bool of_non_mated) {
  std::vector<double> distances = trial_cosine_distances(pairs, clean, clean);
  std::erase_if(distances, [](double distance) { return std::isnan(distance); });
  DriftScale scale;
  scale.of_non_mated = of_non_mated;
  scale.pairs = static_cast<std::int64_t>(distances.size());
  if (!distances.empty()) scale.distance = median_distance(distances);
  return scale;
}

}  // namespace

DriftScale drift_scale(const EvaluationData& data, const EmbeddingTable& clean) {
  std::vector<Trial> non_mated;
  for (const Trial& trial : data.trials)
    if (!trial.mated) non_mated.push_back(trial);
  const DriftScale scale = scale_over(non_mated, clean, true);
  return scale.pairs > 0 ? scale : scale_over(pairs_of_samples(clean), clean, false);
}

}  // namespace robench
