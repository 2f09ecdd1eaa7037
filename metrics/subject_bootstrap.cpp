// SPDX-License-Identifier: Apache-2.0
#include "metrics/subject_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>

#include "perturb/error.h"
#include "perturb/random_stream.h"

namespace robench {

ResamplingUnits resampling_units(const EvaluationData& data) {
  ResamplingUnits units;
  units.count = data.subject_count;
  units.of_sample.reserve(data.subject.size());
  for (int subject : data.subject) units.of_sample.push_back(subject >= 0 ? subject : units.count++);
  return units;
}

SubjectBootstrap::SubjectBootstrap(int units, std::uint64_t seed, int replicates, Draws draws)
    : units_(units), replicates_(replicates) {
  ROBENCH_ASSERT(units >= 0 && replicates >= 1);
  weights_.assign(static_cast<std::size_t>(units) * replicates, 0);
  if (draws == Draws::with_replacement)
    draw_with_replacement(RandomStream(seed, "subject_bootstrap", "", "", 0));
  else
    draw_double_or_nothing(RandomStream(seed, "double_or_nothing", "", "", 0));
}

void SubjectBootstrap::draw_with_replacement(const RandomStream& stream) {
  constexpr int kBlock = 64;  // replicates that are counted in the cache, then written side by side
  const std::size_t words_of_replicate = (static_cast<std::size_t>(units_) + 3) / 4 * 4;
  tbb::parallel_for(0, (replicates_ + kBlock - 1) / kBlock, [&](int block) {
    const int first = block * kBlock;
    const int size = std::min(kBlock, replicates_ - first);
    std::vector<std::uint32_t> words(words_of_replicate);
    std::vector<std::uint8_t> drawn(static_cast<std::size_t>(size) * units_, 0);
    for (int r = 0; r < size; ++r) {
      stream.fill_words((first + r) * words_of_replicate, words.data(), words.size());
      std::uint8_t* of_replicate = drawn.data() + static_cast<std::size_t>(r) * units_;
      for (int k = 0; k < units_; ++k) {
        // Multiply-shift: uniform up to units / 2^32, which no interval can show.
        auto& weight = of_replicate[static_cast<std::uint64_t>(words[k]) * units_ >> 32];
        if (weight < std::numeric_limits<std::uint8_t>::max()) ++weight;
      }
    }
    for (int unit = 0; unit < units_; ++unit)
      for (int r = 0; r < size; ++r)
        weights_[static_cast<std::size_t>(unit) * replicates_ + first + r] =
            drawn[static_cast<std::size_t>(r) * units_ + unit];
  });
}

void SubjectBootstrap::draw_double_or_nothing(const RandomStream& stream) {
  for (std::size_t i = 0; i < weights_.size(); i += 128) {
    const auto words = stream.block(i / 128);
    for (std::size_t k = 0; k < std::min<std::size_t>(128, weights_.size() - i); ++k)
      weights_[i + k] = (words[k / 32] >> (k % 32) & 1) * 2;
  }
}

std::span<const std::uint8_t> SubjectBootstrap::of_unit(int unit) const {
  return {weights_.data() + static_cast<std::size_t>(unit) * replicates_,
          static_cast<std::size_t>(replicates_)};
}

std::vector<float> SubjectBootstrap::of_replicate(int replicate) const {
  std::vector<float> weights(units_);
  for (int u = 0; u < units_; ++u) weights[u] = of_unit(u)[replicate];
  return weights;
}

void SubjectBootstrap::add(int unit, double value, std::span<double> totals) const {
  const auto weights = of_unit(unit);
  for (int r = 0; r < replicates_; ++r) totals[r] += value * weights[r];
}

std::vector<double> SubjectBootstrap::total(std::span<const std::pair<int, int>> comparisons) const {
  constexpr std::size_t kChunk = 1 << 16;  // products of two bytes, 2^16 of them, fit into 32 bits
  const std::size_t chunks = (comparisons.size() + kChunk - 1) / kChunk;
  return tbb::parallel_reduce(
      tbb::blocked_range<std::size_t>(0, chunks), std::vector<double>(replicates_, 0.0),
      [&](const tbb::blocked_range<std::size_t>& range, std::vector<double> totals) {
        std::vector<std::uint32_t> sums(replicates_);
        for (std::size_t chunk = range.begin(); chunk != range.end(); ++chunk) {
          std::fill(sums.begin(), sums.end(), 0);
          const std::size_t size = std::min(kChunk, comparisons.size() - chunk * kChunk);
          for (const auto& [a, b] : comparisons.subspan(chunk * kChunk, size)) {
            const std::uint8_t* of_a = of_unit(a).data();
            const std::uint8_t* of_b = of_unit(b).data();
            for (int r = 0; r < replicates_; ++r)
              sums[r] += static_cast<std::uint16_t>(of_a[r] * of_b[r]);
          }
          for (int r = 0; r < replicates_; ++r) totals[r] += sums[r];
        }
        return totals;
      },
      [](std::vector<double> a, const std::vector<double>& b) {
        std::transform(a.begin(), a.end(), b.begin(), a.begin(), std::plus<>());
        return a;
      });
}

double quantile(std::vector<double> values, double q) {
  ROBENCH_ASSERT(!values.empty());
  const double place = q * static_cast<double>(values.size() - 1);
  const auto below = values.begin() + static_cast<std::ptrdiff_t>(place);
  std::nth_element(values.begin(), below, values.end());
  if (below + 1 == values.end()) return *below;
  const double above = *std::min_element(below + 1, values.end());
  return *below + (place - std::floor(place)) * (above - *below);
}

std::optional<Interval> percentile_interval(std::span<const double> replicates) {
  std::vector<double> finite;
  std::copy_if(replicates.begin(), replicates.end(), std::back_inserter(finite),
               [](double value) { return std::isfinite(value); });
  if (finite.empty() || 2 * finite.size() < replicates.size()) return std::nullopt;
  return Interval{quantile(finite, 0.025), quantile(finite, 0.975)};
}

double variance_of(std::span<const double> replicates) {
  double n = 0;
  double mean = 0;
  double squares = 0;
  for (double value : replicates) {
    if (!std::isfinite(value)) continue;
    const double step = value - mean;
    mean += step / ++n;
    squares += step * (value - mean);
  }
  return n > 0 ? squares / n : 0;
}

std::optional<Interval> ratio_interval(std::span<const double> numerators,
                                       std::span<const double> denominators) {
  ROBENCH_ASSERT(numerators.size() == denominators.size());
  std::vector<double> ratios(numerators.size());
  std::transform(numerators.begin(), numerators.end(), denominators.begin(), ratios.begin(),
                 std::divides<>());
  return percentile_interval(ratios);
}

std::int64_t UnitMean::n() const {
  return static_cast<std::int64_t>(std::accumulate(count_.begin(), count_.end(), 0.0));
}

int UnitMean::units_with_values() const {
  return static_cast<int>(count_.size() - std::count(count_.begin(), count_.end(), 0));
}

int UnitMean::units_with_rarer_outcome() const {
  int with_one = 0;
  int with_zero = 0;
  for (std::size_t unit = 0; unit < sum_.size(); ++unit) {
    with_one += sum_[unit] > 0 ? 1 : 0;
    with_zero += sum_[unit] < count_[unit] ? 1 : 0;
  }
  return std::min(with_one, with_zero);
}

int UnitMean::units_with_values_in(const UnitMean& other) const {
  ROBENCH_ASSERT(count_.size() == other.count_.size());
  int units = 0;
  for (std::size_t unit = 0; unit < count_.size(); ++unit)
    units += count_[unit] > 0 && other.count_[unit] > 0 ? 1 : 0;
  return units;
}

double UnitMean::total() const { return std::accumulate(sum_.begin(), sum_.end(), 0.0); }

double UnitMean::mean() const { return total() / static_cast<double>(n()); }

std::vector<double> UnitMean::replicates(const SubjectBootstrap& bootstrap) const {
  std::vector<double> sums(bootstrap.replicates(), 0.0);
  std::vector<double> counts(bootstrap.replicates(), 0.0);
  for (std::size_t unit = 0; unit < sum_.size(); ++unit) {
    if (count_[unit] == 0) continue;
    bootstrap.add(static_cast<int>(unit), sum_[unit], sums);
    bootstrap.add(static_cast<int>(unit), count_[unit], counts);
  }
  std::transform(sums.begin(), sums.end(), counts.begin(), sums.begin(), std::divides<>());
  return sums;
}

std::optional<Interval> UnitMean::interval(const SubjectBootstrap& bootstrap) const {
  if (units_with_values() < SubjectBootstrap::kMinSubjects) return std::nullopt;
  return percentile_interval(replicates(bootstrap));
}

void ComparisonSet::add(int unit_a, int unit_b) {
  ++size_;
  if (unit_a == unit_b)
    within_[unit_a] += 1;
  else
    between_.emplace_back(unit_a, unit_b);
}

std::vector<double> ComparisonSet::weights(const SubjectBootstrap& bootstrap) const {
  std::vector<double> weights = bootstrap.total(between_);
  for (const auto& [unit, count] : within_) bootstrap.add(unit, count, weights);
  return weights;
}

}  // namespace robench
