// SPDX-License-Identifier: Apache-2.0
#include "metrics/rate.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "metrics/wilson.h"
#include "perturb/error.h"

namespace robench {

void add_note(std::string& note, std::string_view text) {
  if (text.empty()) return;
  if (!note.empty()) note += "; ";
  note += text;
}

std::string too_few_subjects(int subjects) {
  return fmt::format("no interval: {} subject{}, fewer than {}", subjects, subjects == 1 ? "" : "s",
                     SubjectBootstrap::kMinSubjects);
}

Measure rate_measure(std::string name, Better better, double value, const Evidence& evidence,
                     const std::function<std::optional<Interval>()>& bootstrap, std::string note) {
  ROBENCH_ASSERT(evidence.n > 0);
  Measure measure;
  measure.name = std::move(name);
  measure.value = value;
  measure.unit = "share";
  measure.n = evidence.n;
  measure.better = better;
  measure.note = std::move(note);
  if (evidence.subjects < SubjectBootstrap::kMinSubjects) {
    add_note(measure.note, too_few_subjects(evidence.subjects));
  } else if (value == 0 || value == 1) {
    const double bound = std::min(1.0, 3.0 / evidence.independent);
    measure.ci95 = value == 0 ? Interval{0, bound} : Interval{1 - bound, 1};
    add_note(measure.note,
             fmt::format("{} of {}: interval by the rule of three over {} independent subjects",
                         value == 0 ? "none" : "all", evidence.n, evidence.independent));
  } else {
    measure.ci95 = bootstrap();
  }
  return measure;
}

Measure rate_measure(std::string name, Better better, double value, const Evidence& evidence,
                     std::span<const double> replicates, double variance, std::string note) {
  if (evidence.rarer < Evidence::kManyErrors)
    return wilson_measure(std::move(name), better, value, evidence, variance, std::move(note));
  return rate_measure(
      std::move(name), better, value, evidence, [&] { return percentile_interval(replicates); },
      std::move(note));
}

Measure wilson_measure(std::string name, Better better, double value, const Evidence& evidence,
                       double variance, std::string note) {
  const double n = effective_n(value, variance, static_cast<double>(evidence.n));
  Measure measure = rate_measure(
      std::move(name), better, value, evidence, [&] { return wilson_interval(value, n); },
      std::move(note));
  if (measure.ci95 && value > 0 && value < 1)
    add_note(measure.note, fmt::format("Wilson interval at an effective n of {:.4g}", n));
  return measure;
}

Measure rate_measure(std::string name, Better better, const UnitMean& outcomes,
                     const SubjectBootstrap& bootstrap, std::string note) {
  const int subjects = outcomes.units_with_values();
  return rate_measure(std::move(name), better, outcomes.mean(),
                      {outcomes.n(), subjects, subjects, outcomes.units_with_rarer_outcome()},
                      outcomes.replicates(bootstrap),
                      one_subject_variance(outcomes.sums(), outcomes.counts()), std::move(note));
}

Measure mean_measure(std::string name, std::string unit, Better better, const UnitMean& values,
                     const SubjectBootstrap& bootstrap, std::string note) {
  ROBENCH_ASSERT(values.n() > 0);
  Measure measure;
  measure.name = std::move(name);
  measure.value = values.mean();
  measure.unit = std::move(unit);
  measure.n = values.n();
  measure.better = better;
  measure.ci95 = values.interval(bootstrap);
  measure.note = std::move(note);
  if (values.units_with_values() < SubjectBootstrap::kMinSubjects)
    add_note(measure.note, too_few_subjects(values.units_with_values()));
  return measure;
}

}  // namespace robench
