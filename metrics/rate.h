// SPDX-License-Identifier: Apache-2.0
// From counts to a Measure: value, n, interval and what must be said about them.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "metrics/measure.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// How much independent evidence is behind a rate.
struct Evidence {
  std::int64_t n = 0;   // comparisons or samples
  int subjects = 0;     // units that they come from
  int independent = 0;  // of them surely independent: `subjects` for values of one subject,
                        // subjects / 2 for comparisons between two
  /// Units or comparisons with the rarer outcome (error or none), counted as units where that is known.
  std::int64_t rarer = kManyErrors;
  /// From so many on, percentiles of the bootstrap are taken: half of them would be a discrete handful
  /// below (tests/planted/rates_test.cpp; Doddington's rule of 30 says the same of the point estimate).
  static constexpr std::int64_t kManyErrors = 30;
};

/// A share of comparisons. Requires: evidence.n > 0.
///
/// Interval: `bootstrap()`. A resampled zero is always zero, so a rate of exactly 0 gets [0, 3/m] and
/// one of exactly 1 gets [1 - 3/m, 1], by the rule of three over the m independent ones (Hanley and
/// Lippman-Hand 1983, JAMA 249:1743), and the note says so. None below SubjectBootstrap::kMinSubjects.
[[nodiscard]] Measure rate_measure(std::string name, Better better, double value,
                                   const Evidence& evidence,
                                   const std::function<std::optional<Interval>()>& bootstrap,
                                   std::string note);

/// The same from bootstrap replicates of the share. With few errors (evidence.rarer below kManyErrors):
/// Wilson's interval at the effective n that `variance` gives, and the note says so.
[[nodiscard]] Measure rate_measure(std::string name, Better better, double value,
                                   const Evidence& evidence, std::span<const double> replicates,
                                   double variance, std::string note);

/// The same by Wilson's interval at the effective n of `variance` however many errors there are.
[[nodiscard]] Measure wilson_measure(std::string name, Better better, double value,
                                     const Evidence& evidence, double variance, std::string note);

/// A share of outcomes (0 or 1) that belong to one subject each. Requires: outcomes.n() > 0.
[[nodiscard]] Measure rate_measure(std::string name, Better better, const UnitMean& outcomes,
                                   const SubjectBootstrap& bootstrap, std::string note);

/// A mean that is no share. Requires: values.n() > 0.
[[nodiscard]] Measure mean_measure(std::string name, std::string unit, Better better,
                                   const UnitMean& values, const SubjectBootstrap& bootstrap,
                                   std::string note);

/// Appends with "; ". Empty text is left out.
void add_note(std::string& note, std::string_view text);

/// Why a Measure of so few subjects has no interval.
[[nodiscard]] std::string too_few_subjects(int subjects);

}  // namespace robench
