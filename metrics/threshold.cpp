// SPDX-License-Identifier: Apache-2.0
#include "metrics/threshold.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "metrics/all_pairs.h"
#include "metrics/reset_threshold.h"
#include "perturb/params.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

/// Below this many expected false accepts a threshold is labelled uncertain (Doddington's rule of 30:
/// Doddington et al. 2000, Speech Communication 31:225).
constexpr double kCertainBudget = 30;

/// How much deeper the tail is kept for resamples, whose threshold may lie lower.
constexpr int kResamplingDepth = 3;

/// False accepts that a target allows. The factor takes back the rounding of 0.29 * 100.
std::int64_t allowed_of(double target, std::int64_t comparisons) {
  return static_cast<std::int64_t>(std::floor(target * static_cast<double>(comparisons) * (1 + 1e-12)));
}

/// The highest scores of a stream of comparisons, as many as the largest target needs.
class UpperTail {
 public:
  /// Keeps the scores that `targets` times the largest target lets through.
  UpperTail(std::int64_t comparisons, double largest_target, float margin, int targets)
      : comparisons_(comparisons),
        keep_(static_cast<std::size_t>(
            std::min(comparisons - 1, targets * allowed_of(largest_target, comparisons)) + 1)),
        margin_(margin),
        limit_(2 * keep_ + 4096) {}

  /// Scores below cannot matter any more.
  [[nodiscard]] float cut() const { return cut_; }

  void offer(const Hit& hit) {
    if (hit.score < cut_) return;
    tail_.push_back(hit);
    if (tail_.size() >= limit_) shrink();
  }

  /// The smallest number that at most `target` of the comparisons reach. target <= largest_target.
  [[nodiscard]] double threshold(double target, const CrossComparisons& comparisons) {
    const std::int64_t allowed = allowed_of(target, comparisons_);
    if (allowed >= comparisons_) return -std::numeric_limits<double>::infinity();
    const auto rejected = static_cast<std::size_t>(allowed);  // rank of the highest score to reject
    std::nth_element(tail_.begin(), tail_.begin() + allowed, tail_.end(), higher);
    const float near = tail_[rejected].score;
    std::size_t surely_above = 0;
    std::vector<double> exact;
    for (const Hit& hit : tail_) {
      if (hit.score > near + 2 * margin_)
        ++surely_above;
      else if (hit.score >= near - 2 * margin_)
        exact.push_back(comparisons.exact_score(hit));
    }
    const auto place = exact.begin() + static_cast<std::ptrdiff_t>(rejected - surely_above);
    std::nth_element(exact.begin(), place, exact.end(), std::greater<>());
    return std::nextafter(*place, std::numeric_limits<double>::infinity());
  }

  /// All that is kept, descending.
  [[nodiscard]] std::vector<TailScore> descending(const EvaluationData& data,
                                                  const CrossComparisons& comparisons) {
    shrink();
    std::sort(tail_.begin(), tail_.end(), [](const Hit& a, const Hit& b) {
      return std::tuple(-a.score, a.reference, a.probe) < std::tuple(-b.score, b.reference, b.probe);
    });
    std::vector<TailScore> scores;
    for (const Hit& hit : tail_)
      scores.push_back(
          {comparisons.similarity_of(hit.score), data.subject[hit.reference], data.subject[hit.probe]});
    return scores;
  }

 private:
  static bool higher(const Hit& a, const Hit& b) { return a.score > b.score; }

  void shrink() {
    if (tail_.size() <= keep_) return;
    std::nth_element(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(keep_), tail_.end(),
                     higher);
    cut_ = tail_[keep_].score - 2 * margin_;
    std::erase_if(tail_, [this](const Hit& hit) { return hit.score < cut_; });
    limit_ = 2 * tail_.size() + 4096;  // not a constant: a model may give all faces one vector
  }

  std::int64_t comparisons_;
  std::size_t keep_;
  float margin_;
  std::size_t limit_;  // size at which the tail is cut back
  float cut_ = -std::numeric_limits<float>::infinity();
  std::vector<Hit> tail_;
};

/// To two significant digits, so that a limit as printed is still within the limit.
double rounded_up(double value) {
  const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
  return std::ceil(value / unit) * unit;
}

std::string budget_reason(double target, std::int64_t comparisons) {
  if (comparisons == 0)
    return "no threshold from the data: a half of the subjects has no clean comparison of two known "
           "subjects from different sessions";
  const double supported = 1 / static_cast<double>(comparisons);
  if (supported > 0.5)
    return fmt::format(
        "no threshold from the data: {} clean non-mated comparison(s) in a half support "
        "no false match rate",
        comparisons);
  return fmt::format(
      "no threshold at FMR {}: {} clean non-mated comparisons in the smaller half give a false-accept "
      "budget of {:.3g}, below 1; the smallest FMR that this data supports is {:.2g}",
      shortest(target), comparisons, target * static_cast<double>(comparisons), rounded_up(supported));
}

std::string data_note(const Threshold& threshold) {
  std::string note = fmt::format(
      "threshold {:.6g} and {:.6g} (cross-fitted over halves of the subjects) from clean FMR {}: {} "
      "non-mated comparisons in the smaller half, false-accept budget {:.4g}",
      threshold.of_half[0], threshold.of_half[1], shortest(threshold.target_fmr), threshold.non_mated,
      threshold.false_accept_budget);
  if (threshold.false_accept_budget < kCertainBudget) note += " (below 30: the threshold is uncertain)";
  return note;
}

/// A threshold from the data before its value is known: half, budget, and whether there can be one.
Threshold budgeted(double target, std::int64_t comparisons, const std::vector<std::uint8_t>& half) {
  Threshold threshold;
  threshold.target_fmr = target;
  threshold.half = half;
  threshold.non_mated = comparisons;
  threshold.false_accept_budget = target * static_cast<double>(comparisons);
  threshold.available = allowed_of(target, comparisons) >= 1;
  if (!threshold.available) threshold.reason = budget_reason(target, comparisons);
  return threshold;
}

/// Clean comparisons within a half.
struct HalfComparisons {
  std::int64_t count = 0;
  std::vector<double> weights;  // in each bootstrap replicate
};
std::array<HalfComparisons, 2> comparisons_within(const std::vector<std::uint8_t>& half,
                                                  Comparison comparison, const EvaluationData& data,
                                                  const EmbeddingTable& clean,
                                                  const SubjectBootstrap* bootstrap) {
  std::array<std::vector<std::uint32_t>, 2> samples;
  for (std::uint32_t sample = 0; sample < data.subject.size(); ++sample)
    if (data.subject[sample] >= 0) samples[half[data.subject[sample]]].push_back(sample);
  std::array<HalfComparisons, 2> halves;
  for (std::size_t h = 0; h < 2; ++h) {
    const PairSide side = pair_side(comparison, data, clean, samples[h]);
    const CrossComparisons comparisons(comparison, data, side, side);
    halves[h].count = comparisons.count();
    if (bootstrap == nullptr) continue;
    halves[h].weights.resize(bootstrap->replicates());
    tbb::parallel_for(0, bootstrap->replicates(), [&](int r) {
      halves[h].weights[r] = comparisons.weighted_count(bootstrap->of_replicate(r));
    });
  }
  return halves;
}

Threshold given_threshold(const EvaluationData& data, std::optional<double> value, std::string reason,
                          const std::string& source) {
  Threshold threshold;
  threshold.target_fmr = std::numeric_limits<double>::quiet_NaN();
  threshold.half.assign(data.subject_count, 0);
  if (!value) {
    threshold.reason = std::move(reason);
    return threshold;
  }
  threshold.available = true;
  threshold.of_half = {*value, *value};
  threshold.pooled = *value;
  threshold.note = fmt::format("threshold {:.6g} {}", *value, source);
  return threshold;
}

}  // namespace

std::vector<std::uint8_t> subject_halves(const EvaluationData& data) {
  const RandomStream stream(data.seed, "subject_halves", "", "", 0);
  const RandomStream coin = stream.fork("coin");
  std::vector<int> samples(data.subject_count, 0);
  for (int subject : data.subject)
    if (subject >= 0) ++samples[subject];
  std::vector<int> order(data.subject_count);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    if (samples[a] != samples[b]) return samples[a] > samples[b];
    return std::pair(stream.uniform(a), a) < std::pair(stream.uniform(b), b);
  });
  std::vector<std::uint8_t> half(data.subject_count, 0);
  for (std::size_t place = 0; place < order.size(); ++place) {
    const bool second_of_two = place % 2 == 1;
    const bool swapped = coin.uniform(place / 2) < 0.5;
    half[order[place]] = second_of_two != swapped ? 1 : 0;
  }
  return half;
}

std::optional<double> Threshold::judging(int subject_a, int subject_b) const {
  if (!available) return std::nullopt;
  const bool cross_fitted = !std::isnan(target_fmr);
  if (!cross_fitted) return pooled;
  if (subject_a < 0 || subject_b < 0 || half[subject_a] != half[subject_b]) return std::nullopt;
  return of_half[half[subject_a]];
}

std::vector<Threshold> thresholds_from_data(std::span<const double> target_fmrs, Comparison comparison,
                                            const EvaluationData& data, const EmbeddingTable& clean,
                                            const SubjectBootstrap* bootstrap) {
  const std::vector<std::uint8_t> half = subject_halves(data);
  std::vector<std::uint32_t> samples(data.samples.size());
  std::iota(samples.begin(), samples.end(), 0U);
  const PairSide side = pair_side(comparison, data, clean, samples);
  const CrossComparisons comparisons(comparison, data, side, side);
  const auto within = comparisons_within(half, comparison, data, clean, bootstrap);
  const std::int64_t smaller = std::min(within[0].count, within[1].count);

  std::vector<Threshold> thresholds;
  double largest = 0;  // of the targets that the data supports
  for (double target : target_fmrs) {
    thresholds.push_back(budgeted(target, smaller, half));
    if (thresholds.back().available) largest = std::max(largest, target);
  }
  if (largest == 0) return thresholds;

  const float margin = comparisons.margin();
  const int depth = bootstrap != nullptr ? kResamplingDepth : 1;
  UpperTail all(comparisons.count(), largest, margin, 1);
  std::array<UpperTail, 2> of_half = {UpperTail(within[0].count, largest, margin, depth),
                                      UpperTail(within[1].count, largest, margin, depth)};
  comparisons.stream(
      [&] {
        return std::min({all.cut(), of_half[0].cut(), of_half[1].cut()});
      },
      [&](std::span<const Hit> hits) {
        for (const Hit& hit : hits) {
          all.offer(hit);
          const auto h = half[data.subject[hit.reference]];
          if (h == half[data.subject[hit.probe]]) of_half[h].offer(hit);
        }
      });
  std::array<std::vector<TailScore>, 2> tails;
  for (std::size_t h = 0; h < 2 && bootstrap != nullptr; ++h)
    tails[h] = of_half[h].descending(data, comparisons);
  for (Threshold& threshold : thresholds) {
    if (!threshold.available) continue;
    const double target = threshold.target_fmr;
    for (std::size_t h = 0; h < 2; ++h) {  // each half is judged by what the other one sets
      threshold.of_half[h] = of_half[1 - h].threshold(target, comparisons);
      if (bootstrap != nullptr)
        threshold.replicates_of_half[h] =
            threshold_replicates(tails[1 - h], within[1 - h].weights, target, *bootstrap);
    }
    threshold.pooled = all.threshold(target, comparisons);
    threshold.note = data_note(threshold);
  }
  return thresholds;
}

Threshold make_threshold(const ThresholdRule& rule, const ModelCard& card, const EvaluationData& data,
                         const EmbeddingTable& clean) {
  switch (rule.from) {
    case ThresholdRule::From::card:
      return given_threshold(data, card.threshold,
                             fmt::format("the card of '{}' gives no threshold", card.name),
                             card.threshold_source.empty()
                                 ? "from the model's card"
                                 : fmt::format("from the model's card ({})", card.threshold_source));
    case ThresholdRule::From::run:
      return given_threshold(
          data, rule.run_value,
          fmt::format("'{}' holds no threshold of model '{}'", rule.run_file, card.name),
          fmt::format("from the run '{}'", rule.run_file));
    case ThresholdRule::From::data:
      break;
  }
  return thresholds_from_data({&rule.fmr, 1}, card.comparison, data, clean).front();
}

}  // namespace robench
