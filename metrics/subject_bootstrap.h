// SPDX-License-Identifier: Apache-2.0
// Intervals that resample people, not comparisons: all comparisons of one subject share its face.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "metrics/measure.h"
#include "metrics/trial.h"
#include "perturb/random_stream.h"

namespace robench {

/// Who is resampled: each known subject, and each sample of unknown subject on its own.
/// A known subject's unit is its index in EvaluationData::subject.
struct ResamplingUnits {
  std::vector<int> of_sample;  // one per sample, in [0, count)
  int count = 0;
};
[[nodiscard]] ResamplingUnits resampling_units(const EvaluationData& data);

/// How the people of a replicate are drawn.
enum class Draws {
  with_replacement,   // as many as there are; the weight of a unit is how often it was drawn
  double_or_nothing,  // each counts twice or not at all, by a coin of its own (Owen and Eckles 2012,
                      // Annals of Applied Statistics 6:895; Fogliato, Patil and Perona 2024)
};

/// Seeded bootstrap over subjects. A comparison within one subject counts with the subject's weight, one
/// between two subjects with the product of both weights. The product is cautious: where comparisons of
/// two subjects are nearly independent of each other it triples their variance (Owen and Eckles 2012).
/// Weights depend on the seed, the number of units and the replicate only, never on thread or order.
class SubjectBootstrap {
 public:
  static constexpr int kReplicates = 1000;
  /// Below, no interval is given: percentile intervals of so few clusters are too short
  /// (Cameron, Gelbach and Miller 2008, Review of Economics and Statistics 90:414).
  static constexpr int kMinSubjects = 10;

  /// units >= 0, replicates >= 1.
  SubjectBootstrap(int units, std::uint64_t seed, int replicates = kReplicates,
                   Draws draws = Draws::with_replacement);

  [[nodiscard]] int units() const { return units_; }
  [[nodiscard]] int replicates() const { return replicates_; }

  /// Weights of one unit in all replicates, contiguous.
  [[nodiscard]] std::span<const std::uint8_t> of_unit(int unit) const;
  /// Weights of all units in one replicate. Drawn with replacement, their sum is units().
  [[nodiscard]] std::vector<float> of_replicate(int replicate) const;

  /// totals[r] += value * weight of `unit` in replicate r, for all replicates.
  void add(int unit, double value, std::span<double> totals) const;
  /// Total weight, in each replicate, of many comparisons of two different units. Millions of them
  /// take a fraction of a second; runs on several threads, exact and so independent of their number.
  [[nodiscard]] std::vector<double> total(std::span<const std::pair<int, int>> comparisons) const;

 private:
  void draw_with_replacement(const RandomStream& stream);
  void draw_double_or_nothing(const RandomStream& stream);

  int units_;
  int replicates_;
  std::vector<std::uint8_t> weights_;  // units x replicates, row-major
};

/// The q-quantile of `values` (not empty), linear between order statistics (Hyndman-Fan type 7).
[[nodiscard]] double quantile(std::vector<double> values, double q);

/// Central 95 % of the replicates that are finite; nullopt when fewer than half of them are.
[[nodiscard]] std::optional<Interval> percentile_interval(std::span<const double> replicates);

/// Variance of the finite replicates, divisor n; 0 without any.
[[nodiscard]] double variance_of(std::span<const double> replicates);

/// percentile_interval of numerators[r] / denominators[r].
[[nodiscard]] std::optional<Interval> ratio_interval(std::span<const double> numerators,
                                                     std::span<const double> denominators);

/// Sums and counts of a value by unit: everything that the bootstrap of a mean needs.
class UnitMean {
 public:
  explicit UnitMean(int units) : sum_(units, 0.0), count_(units, 0.0) {}
  void add(int unit, double value) {
    sum_[unit] += value;
    ++count_[unit];
  }
  [[nodiscard]] std::int64_t n() const;
  [[nodiscard]] int units_with_values() const;
  /// Of outcomes 0 and 1: units that have the rarer outcome.
  [[nodiscard]] int units_with_rarer_outcome() const;
  [[nodiscard]] int units_with_values_in(const UnitMean& other) const;  ///< and here
  [[nodiscard]] double total() const;
  [[nodiscard]] double mean() const;  ///< NaN when n() == 0
  /// Mean in each replicate; NaN where no unit with values was drawn.
  [[nodiscard]] std::vector<double> replicates(const SubjectBootstrap& bootstrap) const;
  /// nullopt below SubjectBootstrap::kMinSubjects units with values.
  [[nodiscard]] std::optional<Interval> interval(const SubjectBootstrap& bootstrap) const;

  [[nodiscard]] std::span<const double> sums() const { return sum_; }
  [[nodiscard]] std::span<const double> counts() const { return count_; }
  bool operator==(const UnitMean&) const = default;

 private:
  std::vector<double> sum_;
  std::vector<double> count_;
};

/// Comparisons, each within one unit or between two, and their total weight in each replicate.
class ComparisonSet {
 public:
  void add(int unit_a, int unit_b);
  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] std::vector<double> weights(const SubjectBootstrap& bootstrap) const;

 private:
  std::int64_t size_ = 0;
  std::map<int, double> within_;  // number by unit
  std::vector<std::pair<int, int>> between_;
};

}  // namespace robench
