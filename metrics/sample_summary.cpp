// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <tbb/parallel_for.h>

#include "metrics/metric.h"
#include "metrics/scores.h"
#include "metrics/subject_bootstrap.h"

namespace robench {
namespace {

constexpr double kNoSampleValue = std::numeric_limits<double>::quiet_NaN();
constexpr std::ptrdiff_t kNeighbours = 5;
/// A conformal p is a multiple of 1/n: with fewer faces, 0.05 cannot be reached.
constexpr std::size_t kMinFaces = 20;

bool has_direction(const EmbeddingTable& table, std::size_t row) {
  return table.ok(row) && !table.vectors.row(static_cast<Eigen::Index>(row)).isZero(0);
}

void summarise_drift(SampleSummary& summary, std::size_t row,
                     const std::vector<std::vector<float>>& drift_of_condition) {
  std::vector<double> drifts;
  double worst = -1;
  for (std::size_t k = 0; k < drift_of_condition.size(); ++k) {
    const double drift = static_cast<double>(drift_of_condition[k][row]);
    if (std::isnan(drift)) continue;
    drifts.push_back(drift);
    if (drift <= worst) continue;
    worst = drift;
    summary.worst_condition = static_cast<int>(k);
  }
  summary.drift_median = drifts.empty() ? kNoSampleValue : quantile(drifts, 0.5);
  summary.drift_p95 = drifts.empty() ? kNoSampleValue : quantile(drifts, 0.95);
}

/// Cosine distance of each of `rows` to its k-th nearest among the others. rows.size() > k.
std::vector<float> neighbour_distances(const EmbeddingTable& table,
                                       const std::vector<std::size_t>& rows) {
  EmbeddingMatrix unit(std::ssize(rows), table.vectors.cols());
  for (Eigen::Index r = 0; r < unit.rows(); ++r)
    unit.row(r) = table.vectors.row(static_cast<Eigen::Index>(rows[r])).normalized();
  std::vector<float> distances(rows.size());
  constexpr Eigen::Index kStrip = 64;  // fixed, so that no thread count can change a product
  tbb::parallel_for(Eigen::Index{0}, (unit.rows() + kStrip - 1) / kStrip, [&](Eigen::Index strip) {
    const Eigen::Index first = strip * kStrip;
    const Eigen::Index count = std::min(kStrip, unit.rows() - first);
    EmbeddingMatrix cosines = unit.middleRows(first, count) * unit.transpose();
    for (Eigen::Index r = 0; r < count; ++r) {
      cosines(r, first + r) = -2;  // not its own neighbour
      float* const begin = cosines.row(r).data();
      float* const end = begin + cosines.cols();
      std::nth_element(begin, begin + kNeighbours - 1, end, std::greater<>());
      distances[first + r] = 1 - begin[kNeighbours - 1];
    }
  });
  return distances;
}

void summarise_typicality(std::vector<SampleSummary>& summaries, const EmbeddingTable& clean) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < clean.size(); ++i)
    if (has_direction(clean, i)) rows.push_back(i);
  if (rows.size() < kMinFaces) return;
  const std::vector<float> distances = neighbour_distances(clean, rows);
  std::vector<float> sorted = distances;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    // Itself is among those at least as far: 1 + #{others}.
    const auto at_least = sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), distances[k]);
    summaries[rows[k]].typicality_p = static_cast<double>(at_least) / static_cast<double>(rows.size());
  }
}

}  // namespace

std::vector<float> drift_of_samples(const EmbeddingTable& clean, const EmbeddingTable& perturbed) {
  std::vector<float> drift(clean.size(), std::numeric_limits<float>::quiet_NaN());
  const auto dim = static_cast<int>(clean.vectors.cols());
  for (std::size_t row = 0; row < clean.size(); ++row) {
    if (!has_direction(clean, row) || !has_direction(perturbed, row)) continue;
    const auto i = static_cast<Eigen::Index>(row);
    drift[row] = static_cast<float>(
        separation(clean.vectors.row(i).data(), perturbed.vectors.row(i).data(), dim).cosine_distance);
  }
  return drift;
}

std::vector<SampleSummary> summarise_samples(const EmbeddingTable& clean,
                                             const std::vector<std::vector<float>>& drift) {
  std::vector<SampleSummary> summaries(clean.size());
  for (std::size_t row = 0; row < summaries.size(); ++row) {
    summaries[row].typicality_p = kNoSampleValue;
    summarise_drift(summaries[row], row, drift);
  }
  summarise_typicality(summaries, clean);
  return summaries;
}

}  // namespace robench
