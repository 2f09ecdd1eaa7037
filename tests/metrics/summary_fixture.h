// SPDX-License-Identifier: Apache-2.0
// Runs made of numbers: who is refused under which condition.
#pragma once

#include <functional>
#include <list>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metrics/run_summary.h"

namespace robench::test {

/// A run of one mated comparison for each of `units` subjects.
class SummaryRun {
 public:
  using Refused = std::function<bool(int unit)>;

  explicit SummaryRun(int units) : units_(units) {}

  void add_clean(const std::string& model, const Refused& is_refused) {
    add(model, "identity", "clean", 0, is_refused);
  }
  void add(const std::string& model, const std::string& perturbation, const std::string& family,
           double severity, const Refused& is_refused) {
    ConditionErrors errors{UnitMean(units_), UnitMean(units_), {}};
    for (int unit = 0; unit < units_; ++unit) {
      errors.fnmr.add(unit, is_refused(unit) ? 1 : 0);
      errors.drift.add(unit, 10 * severity);
    }
    errors_.push_back(std::move(errors));
    if (models_.empty() || models_.back().model != model) models_.push_back({model, {}});
    models_.back().conditions.push_back({"crop", perturbation, family,
                                         perturbation + "@" + std::to_string(static_cast<int>(severity)),
                                         severity, severity == 0, &errors_.back()});
  }
  /// The condition added last.
  ConditionErrors& last() { return errors_.back(); }

  [[nodiscard]] SummaryInput input(const SubjectBootstrap& bootstrap,
                                   SummaryOptions options = {}) const {
    return summary_input(models_, bootstrap, std::move(options));
  }

 private:
  int units_;
  std::list<ConditionErrors> errors_;
  std::vector<ModelResult> models_;
};

inline const Measure& row(const std::vector<SummaryRow>& rows, const std::string& model,
                          const std::string& scope, const std::string& name) {
  for (const SummaryRow& row : rows)
    if (row.model == model && row.scope == scope && row.measure.name == name) return row.measure;
  FAIL_CHECK("no row of " << model << " " << scope << " " << name);
  static const Measure none;
  return none;
}

inline std::vector<SummaryRow> summarise(const std::string& name, const SummaryInput& input) {
  for (const SummarySpec& spec : summary_registry())
    if (spec.name == name) return spec.summarise(input);
  FAIL_CHECK("no summary " << name);
  return {};
}

}  // namespace robench::test
