// SPDX-License-Identifier: Apache-2.0
// Limits of many paired losses that hold together, at any number of people.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace robench {

/// A difference of two means over the same comparisons, as what each person adds to it.
struct UnitDifferences {
  std::vector<double> of_unit;  // sum of the differences of the person's comparisons; 0 = none differ
  std::int64_t n = 0;           // comparisons behind both means
  int units = 0;                // people with comparisons
  /// Comparisons of two people are credited to both of them: exact where people share none, else
  /// cautious, by at most the variance of the comparisons themselves.
  bool credited_twice = false;
  bool is_share = true;  // of outcomes 0 and 1: few discordant people can be bounded by counting them

  /// The difference of the means. Requires: n > 0.
  [[nodiscard]] double mean() const;
};

struct SimultaneousLimit {
  double difference = 0;
  std::optional<double> low;  // absent: too few people for this kind of number
  std::optional<double> high;
  double p = 1;        // adjusted for all cells: how often chance alone gives as large a loss anywhere
  int discordant = 0;  // people who differ
};

struct LimitOptions {
  double confidence = 0.95;
  /// One-sided: `low` alone, and `high` alone, hold in all cells together with this confidence.
  /// Two-sided: both do, and p speaks of gains too.
  bool two_sided = false;
};

/// Simultaneous limits of all cells; `cells` share their people, cell.of_unit by the same index.
///
/// Sign flips: where two models are exchangeable, each person's results may change places between them,
/// in all cells together. The largest studentised difference over all cells under 1,999 such exchanges
/// is therefore drawn from the distribution of the observed one, at any number of people, cells, and
/// whatever the dependence between cells (maxT: Westfall and Young 1993, "Resampling-Based Multiple
/// Testing"). Its quantile c gives difference -+ c * s, s^2 = sum of squares of of_unit / n^2.
/// `low > 0` is that exact test.
///
/// A studentised limit is too short where few people differ (it is 0 wide where nobody does). Below
/// kFewDiscordant `high` (and the two-sided `low`) is therefore at least as wide as by limits for the
/// counts of people who lost and who gained (Poisson), Bonferroni over the cells; with nobody that is
/// the rule of three made simultaneous, -ln(alpha / cells) / people. For numbers that are no shares
/// there is then no limit; else theirs hold every value that the test, made around it, does not refuse
/// (c the larger of that of the exchanges and that of exchanges of what the mean leaves).
[[nodiscard]] std::vector<SimultaneousLimit> simultaneous_limits(std::span<const UnitDifferences> cells,
                                                                 std::uint64_t seed,
                                                                 const LimitOptions& options = {});

inline constexpr int kFewDiscordant = 30;

/// People, of those of `cell`, that would decide it at the observed loss: `high` at most `margin` where
/// the loss is smaller than that, `low` above 0 where it is larger. nullopt: no number would (the loss
/// is the margin, or nothing differs and the margin is 0).
[[nodiscard]] std::optional<double> people_needed(const UnitDifferences& cell,
                                                  const SimultaneousLimit& limit, double margin);

}  // namespace robench
