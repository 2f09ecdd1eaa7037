// SPDX-License-Identifier: Apache-2.0
#include "metrics/scores.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <tbb/parallel_for.h>

#include "models/embedder.h"

namespace robench {
namespace {

template <class Score>
std::vector<double> score_trials(const std::vector<Trial>& trials, const EmbeddingTable& references,
                                 const EmbeddingTable& probes, const Score& score) {
  std::vector<double> scores(trials.size(), std::numeric_limits<double>::quiet_NaN());
  const int dim = static_cast<int>(references.vectors.cols());
  tbb::parallel_for(std::size_t{0}, trials.size(), [&](std::size_t i) {
    const auto& [reference, probe, mated, fold] = trials[i];
    if (references.ok(reference) && probes.ok(probe))
      scores[i] = score(references.vectors.row(reference).data(), probes.vectors.row(probe).data(), dim);
  });
  return scores;
}

}  // namespace

std::vector<double> trial_scores(Comparison comparison, const std::vector<Trial>& trials,
                                 const EmbeddingTable& references, const EmbeddingTable& probes) {
  return score_trials(trials, references, probes, [comparison](const float* a, const float* b, int dim) {
    return similarity(comparison, a, b, dim);
  });
}

std::vector<double> trial_cosine_distances(const std::vector<Trial>& trials,
                                           const EmbeddingTable& references,
                                           const EmbeddingTable& probes) {
  return score_trials(trials, references, probes, [](const float* a, const float* b, int dim) {
    return 1 - similarity(Comparison::cosine, a, b, dim);
  });
}

Separation separation(const float* a, const float* b, int dim) {
  const Eigen::VectorXd va = Eigen::Map<const Eigen::VectorXf>(a, dim).cast<double>();
  const Eigen::VectorXd vb = Eigen::Map<const Eigen::VectorXf>(b, dim).cast<double>();
  const double length_a = va.norm();
  const double length_b = vb.norm();
  const double difference = (va / length_a - vb / length_b).norm();
  const double sum = (va / length_a + vb / length_b).norm();
  Separation result;
  result.cosine_distance = difference * difference / 2;
  result.angle_deg = 2 * std::atan2(difference, sum) * 180 / std::numbers::pi;
  result.l2 = (va - vb).norm();
  result.norm_ratio = length_b / length_a;
  return result;
}

std::vector<double> drift_angles(const EmbeddingTable& clean, const EmbeddingTable& perturbed) {
  std::vector<double> angles(perturbed.size(), std::numeric_limits<double>::quiet_NaN());
  const auto dim = static_cast<int>(clean.vectors.cols());
  for (std::size_t row = 0; row < perturbed.size(); ++row) {
    if (!clean.ok(row) || !perturbed.ok(row)) continue;
    const auto a = clean.vectors.row(static_cast<Eigen::Index>(row));
    const auto b = perturbed.vectors.row(static_cast<Eigen::Index>(row));
    if (!a.isZero(0) && !b.isZero(0)) angles[row] = separation(a.data(), b.data(), dim).angle_deg;
  }
  return angles;
}

}  // namespace robench
