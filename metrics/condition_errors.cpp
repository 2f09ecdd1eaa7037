// SPDX-License-Identifier: Apache-2.0
#include "metrics/condition_errors.h"

#include <cmath>

#include "metrics/scores.h"

namespace robench {
namespace {

void add_non_matches(const CleanContext& context, const ResamplingUnits& units,
                     const EmbeddingTable& table, UnitMean& fnmr) {
  const EvaluationData& data = context.data;
  const auto scores =
      trial_scores(context.card.comparison, data.trials, references(context, table), table);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const Trial& trial = data.trials[i];
    if (!trial.mated || std::isnan(scores[i])) continue;
    const auto judging =
        context.threshold.judging(data.subject[trial.reference], data.subject[trial.probe]);
    if (judging) fnmr.add(units.of_sample[trial.reference], scores[i] < *judging ? 1 : 0);
  }
}

void add_drift(const CleanContext& context, const ResamplingUnits& units, const EmbeddingTable& table,
               UnitMean& drift) {
  const std::vector<double> angles = drift_angles(context.clean, table);
  for (std::size_t row = 0; row < angles.size(); ++row)
    if (!std::isnan(angles[row])) drift.add(units.of_sample[row], angles[row]);
}

}  // namespace

ConditionErrors condition_errors(const CleanContext& context, const ResamplingUnits& units,
                                 const std::vector<const EmbeddingTable*>& perturbed) {
  ConditionErrors errors{UnitMean(units.count), UnitMean(units.count), {}};
  for (const EmbeddingTable* table : perturbed) {
    if (context.threshold.available) add_non_matches(context, units, *table, errors.fnmr);
    add_drift(context, units, *table, errors.drift);
  }
  if (!context.threshold.available)
    errors.no_fnmr = context.threshold.reason;
  else if (errors.fnmr.n() == 0)
    errors.no_fnmr = "no mated comparison of two acquired samples to judge";
  return errors;
}

}  // namespace robench
