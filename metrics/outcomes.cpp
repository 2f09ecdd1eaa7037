// SPDX-License-Identifier: Apache-2.0
#include "metrics/outcomes.h"

#include <limits>

#include "metrics/scores.h"

namespace robench {

std::vector<std::uint32_t> kept_trials(const EvaluationData& data) {
  std::size_t non_mated = 0;
  for (const Trial& trial : data.trials) non_mated += trial.mated ? 0 : 1;
  const std::size_t wanted = std::min(non_mated, RunOutcomes::kMaxNonMated);
  std::vector<std::uint32_t> kept;
  std::size_t seen = 0;  // non-mated ones before this; the i-th is kept where i * wanted / all steps up
  for (std::size_t i = 0; i < data.trials.size(); ++i) {
    const bool mated = data.trials[i].mated;
    if (mated || (seen + 1) * wanted / non_mated != seen * wanted / non_mated)
      kept.push_back(static_cast<std::uint32_t>(i));
    seen += mated ? 0 : 1;
  }
  return kept;
}

RunOutcomes empty_outcomes(const EvaluationData& data, bool cross_fitted) {
  RunOutcomes outcomes;
  const ResamplingUnits units = resampling_units(data);
  outcomes.unit = units.of_sample;
  outcomes.units = units.count;
  outcomes.half.assign(data.samples.size(), 0);
  if (cross_fitted) {
    const std::vector<std::uint8_t> halves = subject_halves(data);
    for (std::size_t row = 0; row < data.samples.size(); ++row)
      outcomes.half[row] = data.subject[row] < 0 ? -1 : halves[data.subject[row]];
  }
  for (const std::uint32_t i : kept_trials(data)) outcomes.trials.push_back(data.trials[i]);
  return outcomes;
}

KeptThreshold kept_threshold(const Threshold& threshold) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  if (!threshold.available) return {false, threshold.reason, {kNaN, kNaN}, kNaN};
  const bool cross_fitted = !std::isnan(threshold.target_fmr);
  if (cross_fitted) return {true, "", threshold.of_half, threshold.pooled};
  return {true, "", {threshold.pooled, threshold.pooled}, threshold.pooled};
}

ConditionOutcomes condition_outcomes(const CleanContext& context, const std::vector<Trial>& trials,
                                     const std::vector<const EmbeddingTable*>& perturbed) {
  ConditionOutcomes outcomes;
  outcomes.repetitions = static_cast<int>(perturbed.size());
  for (const EmbeddingTable* table : perturbed) {
    const auto scores =
        trial_scores(context.card.comparison, trials, references(context, *table), *table);
    outcomes.scores.insert(outcomes.scores.end(), scores.begin(), scores.end());
    const auto angles = drift_angles(context.clean, *table);
    outcomes.drift_deg.insert(outcomes.drift_deg.end(), angles.begin(), angles.end());
    outcomes.status.insert(outcomes.status.end(), table->status.begin(), table->status.end());
  }
  return outcomes;
}

}  // namespace robench
