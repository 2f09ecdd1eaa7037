// SPDX-License-Identifier: Apache-2.0
#include "metrics/rsa.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "perturb/error.h"

namespace robench {
namespace {

// Correlations closer than this count as equal: the inner sums are in 32-bit floats.
constexpr double kRankTieTolerance = 1e-6;

// Squared distances below this share of the squared norms are rounding errors: the points coincide.
constexpr double kSameEmbedding = 1e-12;

/// `order` without the items that are not kept. The order among the others stays uniformly random.
std::vector<std::uint16_t> restricted_order(const std::vector<std::uint16_t>& order,
                                            const std::vector<int>& new_position) {
  std::vector<std::uint16_t> restricted;
  restricted.reserve(order.size());
  for (const std::uint16_t item : order) {
    if (new_position[item] >= 0) restricted.push_back(static_cast<std::uint16_t>(new_position[item]));
  }
  return restricted;
}

double mean_product(const std::vector<float>& a, const std::vector<float>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0, std::plus<>(),
                            [](float x, float y) { return double{x} * double{y}; }) /
         static_cast<double>(a.size());
}

}  // namespace

Rsa::PairRanks Rsa::rank_pairs(const Points& points) {
  // Squared distances order as distances do. Computed in double and ranked as floats, so that equal
  // distances stay ties although their sums are rounded differently.
  const Points centred = points.rowwise() - points.colwise().mean();
  const double largest = centred.cwiseAbs().maxCoeff();
  if (!(largest > 0)) return {{}, {}, 0};
  const Eigen::Index items = points.rows();
  Eigen::MatrixXd product = Eigen::MatrixXd::Zero(items, items);  // lower triangle; scaled: no overflow
  product.selfadjointView<Eigen::Lower>().rankUpdate(centred / largest);
  std::vector<float> distances;
  distances.reserve(static_cast<std::size_t>(items * (items - 1) / 2));
  for (Eigen::Index i = 0; i < items; ++i) {
    for (Eigen::Index j = i + 1; j < items; ++j) {
      const double norms = product(i, i) + product(j, j);
      const double squared = norms - 2 * product(j, i);
      distances.push_back(squared > kSameEmbedding * norms ? static_cast<float>(squared) : 0.0f);
    }
  }

  Ranking ranking = rank_values(distances);
  const double pairs = static_cast<double>(distances.size());
  const double mean = (pairs + 1) / 2;
  double squares = 0;
  for (const float rank : ranking.rank) squares += (rank - mean) * (rank - mean);
  PairRanks ranks{std::move(ranking.rank), std::move(ranking.order), std::sqrt(squares / pairs)};
  if (!(ranks.rank_deviation > 0)) return {{}, {}, 0};
  for (float& rank : ranks.z) rank = static_cast<float>((rank - mean) / ranks.rank_deviation);
  return ranks;
}

Rsa::Rsa(const Points& reference, const RandomStream& stream, int permutations)
    : reference_(reference), ranks_(rank_pairs(reference)) {
  ROBENCH_ASSERT(reference.rows() <= std::numeric_limits<std::uint16_t>::max());
  ROBENCH_ASSERT(reference.allFinite());
  for (int k = 0; k < permutations; ++k) {
    orders_.push_back(random_order(static_cast<std::size_t>(items()), stream.fork(std::to_string(k))));
  }
}

std::optional<Rsa::Result> Rsa::compare(std::span<const int> kept,
                                        std::span<const Points> repetitions) const {
  ROBENCH_ASSERT(kept.size() >= 3 && !repetitions.empty());
  const std::vector<int> rows(kept.begin(), kept.end());
  const bool all = std::ssize(rows) == reference_.rows();
  const PairRanks reference = all ? ranks_ : rank_pairs(reference_(rows, Eigen::all));
  if (reference.rank_deviation == 0) return std::nullopt;

  std::vector<PairRanks> others;
  std::vector<float> mean_z(reference.z.size(), 0.0f);
  for (const Points& points : repetitions) {
    ROBENCH_ASSERT(points.rows() == std::ssize(rows) && points.allFinite());
    others.push_back(rank_pairs(points));
    if (others.back().rank_deviation == 0) return std::nullopt;
    for (std::size_t pair = 0; pair < mean_z.size(); ++pair) {
      mean_z[pair] += others.back().z[pair] / static_cast<float>(repetitions.size());
    }
  }

  Result result;
  result.items = std::ssize(rows);
  result.pairs = std::ssize(mean_z);
  result.r = mean_product(reference.z, mean_z);
  result.ci95 = interval(result.r, result.items, reference, others, mean_z);
  result.p = p_value(kept, reference, mean_z);
  return result;
}

/// With u and v the centred ranks divided by the number of pairs, the correlation is a mean of u v
/// over the pairs. Adding a pair q of weight e moves it by e times
///   u_q v_q + E[v over pairs as far as q or farther, by u] + the same with u and v exchanged - const:
/// the pair's own product, and its effect on the ranks of the others. An item acts through all of
/// its pairs; twice its mean influence is the first-order (Hoeffding) term of the statistic.
Interval Rsa::interval(double r, std::int64_t items, const PairRanks& reference,
                       std::span<const PairRanks> others, const std::vector<float>& mean_z) {
  std::vector<double> influence(mean_z.size());
  for (std::size_t pair = 0; pair < mean_z.size(); ++pair) {
    influence[pair] = double{reference.z[pair]} * mean_z[pair];
  }
  const auto add_effect_on_ranks = [&](const PairRanks& ranked, const std::vector<float>& other_z,
                                       double weight) {
    double sum = 0;  // of the other ranks over the pairs at least as far
    for (auto pair = ranked.order.rbegin(); pair != ranked.order.rend(); ++pair) {
      sum += other_z[*pair];
      influence[*pair] += weight * sum / ranked.rank_deviation;
    }
  };
  add_effect_on_ranks(reference, mean_z, 1.0);
  const double share = 1.0 / static_cast<double>(others.size());
  for (const PairRanks& other : others) add_effect_on_ranks(other, reference.z, share);

  const auto n = static_cast<std::size_t>(items);
  std::vector<double> of_item(n, 0.0);
  std::size_t pair = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j, ++pair) {
      of_item[i] += influence[pair];
      of_item[j] += influence[pair];
    }
  }
  const double count = static_cast<double>(items);
  const double mean = std::accumulate(of_item.begin(), of_item.end(), 0.0) / count;
  double squares = 0;
  for (const double sum : of_item) {
    const double item_influence = 2 * (sum - mean) / (count - 1);
    squares += item_influence * item_influence;
  }
  const double error = std::sqrt(squares / (count * (count - 1)));
  return {std::max(-1.0, r - 1.96 * error), std::min(1.0, r + 1.96 * error)};
}

double Rsa::p_value(std::span<const int> kept, const PairRanks& reference,
                    const std::vector<float>& other_z) const {
  const std::size_t n = kept.size();
  std::vector<int> new_position(static_cast<std::size_t>(items()), -1);
  for (std::size_t i = 0; i < n; ++i)
    new_position[static_cast<std::size_t>(kept[i])] = static_cast<int>(i);
  std::vector<Relabelling> orders;
  for (const Relabelling& order : orders_) orders.push_back(restricted_order(order, new_position));
  return RelabelledPairs(other_z, reference.z, n)
      .p_value(orders, kRankTieTolerance * static_cast<double>(other_z.size()));
}

}  // namespace robench
