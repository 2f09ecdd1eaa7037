// SPDX-License-Identifier: Apache-2.0
#include "metrics/vector_agreement.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "metrics/scores.h"
#include "perturb/error.h"

namespace robench {
namespace {

constexpr double kOpposite = 2;  // the largest cosine distance

const std::vector<Status>& clean_status(const ModelOutcomes& model) {
  const auto clean = std::find_if(model.conditions.begin(), model.conditions.end(),
                                  [](const ConditionOutcomes& condition) { return condition.clean; });
  ROBENCH_ASSERT(clean != model.conditions.end());
  return clean->status;
}

double moved_by(const float* a, const float* b, Eigen::Index dim, bool euclidean) {
  const auto count = static_cast<std::size_t>(dim);
  if (std::equal(a, a + count, b)) return 0;
  const auto is_zero = [&](const float* v) {
    return std::all_of(v, v + count, [](float x) { return x == 0; });
  };
  if (is_zero(a) || is_zero(b)) return kOpposite;
  const Separation apart = separation(a, b, static_cast<int>(dim));
  if (!euclidean) return apart.cosine_distance;
  // |a - b|^2 = (|a| - |b|)^2 + 2 |a| |b| (1 - cosine)
  const double ratio = apart.norm_ratio;
  return apart.cosine_distance + (ratio - 1) * (ratio - 1) / (2 * ratio);
}

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

bool is_euclidean(const ModelOutcomes& model) {
  const auto comparison = model.identity.find("comparison");
  return comparison != model.identity.end() && comparison->second == "euclidean";
}

}  // namespace

bool have_vectors(const ModelOutcomes& a, const ModelOutcomes& b) {
  return a.vectors.rows() > 0 && b.vectors.rows() > 0;
}

VectorAgreement vector_agreement(const ModelOutcomes& older, const ModelOutcomes& newer, double limit) {
  VectorAgreement agreement;
  if (older.vectors.cols() != newer.vectors.cols()) {
    agreement.incomparable = fmt::format("vectors of {} numbers beside vectors of {}",
                                         older.vectors.cols(), newer.vectors.cols());
    return agreement;
  }
  ROBENCH_ASSERT(older.vectors.rows() == newer.vectors.rows());
  const std::vector<Status>& before = clean_status(older);
  const std::vector<Status>& after = clean_status(newer);
  std::vector<double> distances;
  for (std::size_t row = 0; row < before.size(); ++row) {
    if (before[row] != Status::ok) continue;
    if (after[row] != Status::ok) {
      if (agreement.lost++ == 0) agreement.first_lost = row;
      continue;
    }
    const auto at = static_cast<Eigen::Index>(row);
    distances.push_back(moved_by(older.vectors.row(at).data(), newer.vectors.row(at).data(),
                                 older.vectors.cols(), is_euclidean(older)));
    if (distances.size() == 1 || distances.back() > agreement.largest) {
      agreement.largest = distances.back();
      agreement.worst = row;
    }
    agreement.beyond += distances.back() > limit ? 1 : 0;
  }
  agreement.n = static_cast<std::int64_t>(distances.size());
  agreement.median = median_of(distances);
  agreement.identical = older.vectors == newer.vectors && before == after;
  return agreement;
}

}  // namespace robench
