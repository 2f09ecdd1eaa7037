// SPDX-License-Identifier: Apache-2.0
// What data can decide, before anything is measured: sample sizes and smallest detectable effects.
#pragma once

#include <cstdint>

namespace robench {

/// Significance level (two-sided) and power of a planned test.
struct TestPlan {
  double alpha = 0.05;
  double power = 0.80;
};

/// How much more `per_subject` comparisons of one subject are needed than independent ones, when any two
/// of them correlate with `correlation` in [0, 1]: 1 + (per_subject - 1) * correlation (Kish 1965,
/// "Survey Sampling").
[[nodiscard]] double design_effect(double per_subject, double correlation);

/// Independent comparisons without an error that show, with 95 % confidence, a rate below `rate`: the
/// rule of three, 3 / rate (Hanley and Lippman-Hand 1983).
[[nodiscard]] double comparisons_by_rule_of_three(double rate);
/// Comparisons that give 30 errors at `rate`: the rule of 30, 30 / rate, for a rate within 30 % of the
/// truth with 90 % confidence (Doddington et al. 2000).
[[nodiscard]] double comparisons_by_rule_of_thirty(double rate);
/// Smallest rate that `comparisons` can measure with 30 errors; above 1 = none.
[[nodiscard]] double smallest_rate_with_thirty_errors(double comparisons);

/// Independent comparisons for a 95 % interval of +- `margin` around `rate` (normal approximation).
[[nodiscard]] double comparisons_for_margin(double rate, double margin);

/// Comparisons, each of a group, to tell two independent rates apart (Fleiss, Levin and Paik 2003,
/// "Statistical Methods for Rates and Proportions", section 4.2, no continuity correction). a != b.
[[nodiscard]] double comparisons_per_group(double rate_a, double rate_b, const TestPlan& plan = {});

/// Pairs of outcomes on the same comparison to tell two rates apart whose outcomes disagree in a share
/// `discordant` of the pairs: McNemar's test (Connor 1987, Biometrics 43:207). 0 < |difference| <=
/// discordant.
[[nodiscard]] double pairs_for_difference(double difference, double discordant,
                                          const TestPlan& plan = {});

/// The smallest difference that `pairs` independent pairs detect; at most `discordant`, NaN when not
/// even that is detected.
[[nodiscard]] double detectable_difference(double pairs, double discordant, const TestPlan& plan = {});

}  // namespace robench
