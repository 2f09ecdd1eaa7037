// SPDX-License-Identifier: Apache-2.0
#include "tests/realism/light_statistics.h"

#include <cmath>

#include "metrics/ranks.h"

namespace robench::realism {
namespace {

Eigen::VectorXd centred_ranks(std::span<const double> values) {
  const std::vector<double> rank = ranks(values);
  const Eigen::Map<const Eigen::VectorXd> all(rank.data(), static_cast<Eigen::Index>(rank.size()));
  return (all.array() - all.mean()).matrix();
}

}  // namespace

std::vector<double> ranks(std::span<const double> values) {
  const std::vector<float> as_float(values.begin(), values.end());
  const Ranking ranking = rank_values(as_float);
  return {ranking.rank.begin(), ranking.rank.end()};
}

std::vector<double> mean_over_subjects(const SubjectTable& table, std::span<const float> weight) {
  std::vector<double> means;
  for (Eigen::Index d = 0; d < table.cols(); ++d) {
    double sum = 0;
    double total = 0;
    for (Eigen::Index s = 0; s < table.rows(); ++s) {
      const double w = weight[static_cast<std::size_t>(s)];
      if (w == 0 || std::isnan(table(s, d))) continue;
      sum += w * table(s, d);
      total += w;
    }
    means.push_back(sum / total);
  }
  return means;
}

double rank_correlation(std::span<const double> a, std::span<const double> b) {
  std::vector<double> kept_a;
  std::vector<double> kept_b;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    kept_a.push_back(a[i]);
    kept_b.push_back(b[i]);
  }
  const Eigen::VectorXd ra = centred_ranks(kept_a);
  const Eigen::VectorXd rb = centred_ranks(kept_b);
  return ra.dot(rb) / std::sqrt(ra.squaredNorm() * rb.squaredNorm());
}

double partial_rank_correlation(std::span<const double> a, std::span<const double> b,
                                std::span<const double> c) {
  const double ab = rank_correlation(a, b);
  const double ac = rank_correlation(a, c);
  const double bc = rank_correlation(b, c);
  return (ab - ac * bc) / std::sqrt((1 - ac * ac) * (1 - bc * bc));
}

}  // namespace robench::realism
