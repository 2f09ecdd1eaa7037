// SPDX-License-Identifier: Apache-2.0
// What a run must keep so that another run can be compared with it, comparison by comparison: two pooled
// rates with their own intervals cannot say what the same people did under both models.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "metrics/drift_scale.h"
#include "metrics/metric.h"
#include "metrics/subject_bootstrap.h"
#include "metrics/threshold.h"
#include "metrics/trial.h"

namespace robench {

/// One model under one condition. Repetitions one behind the other: r x trials, r x samples.
struct ConditionOutcomes {
  std::string stage;
  std::string perturbation;
  std::string family;
  std::string label;
  std::string params;
  bool clean = false;
  int repetitions = 1;
  std::vector<float> scores;     // similarity of each kept trial; NaN where a side was not acquired
  std::vector<float> drift_deg;  // clean to perturbed embedding of each sample; NaN likewise
  std::vector<Status> status;    // of each sample
};

/// The frozen threshold as a file can hold it.
struct KeptThreshold {
  bool available = false;
  std::string reason;               // why not
  std::array<double, 2> of_half{};  // judges half 0 and half 1
  double pooled = 0;
  bool operator==(const KeptThreshold&) const = default;
};

struct ModelOutcomes {
  std::string model;
  std::map<std::string, std::string> identity;  // hashes of weights and card, backend, dim, comparison
  KeptThreshold threshold;
  std::vector<ConditionOutcomes> conditions;
  /// Of the clean samples, one row each; zeros where the clean status is not ok. No rows: not kept.
  EmbeddingMatrix vectors{};
  DriftScale scale{};  // what drift is a share of, where two models are compared
};

/// The outcomes of a run: scores and angles. Embeddings, which are biometric templates, only where the
/// suite asks for them or where they are of generated probes. Who is who is told by hashed ids, the same
/// in every run over the same data.
struct RunOutcomes {
  static constexpr std::size_t kMaxNonMated = 10'000;

  /// What two runs must share to be comparable, in words: data, seed, versions of perturbations.
  std::map<std::string, std::string> setting;
  std::vector<std::string> samples;  // hashed id of each
  std::vector<int> unit;             // who is resampled with each sample
  int units = 0;
  std::vector<int>
      half;  // of each sample, -1 = unknown subject: not judged; all 0 for a given threshold
  std::vector<Trial> trials;
  std::vector<ModelOutcomes> models;
};

/// Rows of data.trials that are kept: every mated one, and at most kMaxNonMated of the others, evenly
/// spaced in their (seeded) order.
[[nodiscard]] std::vector<std::uint32_t> kept_trials(const EvaluationData& data);

/// Samples (without ids), halves and kept trials. `cross_fitted`: the threshold is From::data.
[[nodiscard]] RunOutcomes empty_outcomes(const EvaluationData& data, bool cross_fitted);

[[nodiscard]] KeptThreshold kept_threshold(const Threshold& threshold);

/// Scores, drift and status; the names are left empty. perturbed: one table for each repetition.
[[nodiscard]] ConditionOutcomes condition_outcomes(const CleanContext& context,
                                                   const std::vector<Trial>& trials,
                                                   const std::vector<const EmbeddingTable*>& perturbed);

}  // namespace robench
