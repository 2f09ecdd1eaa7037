// SPDX-License-Identifier: Apache-2.0
// Two models on the same comparisons and faces, cell by cell.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "metrics/outcomes.h"
#include "metrics/paired_difference.h"
#include "metrics/simultaneous_limits.h"

namespace robench {

/// One comparison or face under both models: an outcome 0 or 1, or how far it drifts.
struct PairedValue {
  int unit = 0;
  int other_unit = 0;  // of the probe; `unit` again where one person is concerned
  double a = 0;
  double b = 0;
};

/// One measure of two models under one condition. Every measure is better when lower.
struct PairedCell {
  std::string stage;
  std::string perturbation;
  std::string family;
  std::string label;
  bool clean = false;
  std::string measure;
  std::string unit;          // "share" or "deg"
  bool of_decisions = true;  // every value is 0 or 1
  double a = std::numeric_limits<double>::quiet_NaN();
  double b = std::numeric_limits<double>::quiet_NaN();
  std::vector<PairedValue> values;  // of comparisons and faces that both models have
  bool identical = false;           // not only the same decisions: the same numbers, bit for bit
  std::string missing;              // why there are no values
};

/// At whose threshold the second model is judged.
enum class Judged { own, drop_in };

/// The measures, as `paired_cells` names them.
///   fnmr, fmr                  each model at its own frozen threshold; fmr of the kept non-mated trials
///   fnmr_drop_in, fmr_drop_in  b at a's threshold, as when stored templates and threshold stay
///   drift_angle_deg            clean to perturbed embedding, mean over faces; of one model only, since
///                              angles of two models are on two scales
///   drift_relative             the same as 1 - cosine over the model's DriftScale: 1 = as far as from
///   one
///                              person to another, under every model. The scales are taken as given.
///   not_acquired_rate          faces without an embedding
[[nodiscard]] const std::vector<std::string>& paired_measures();

/// All measures under all conditions that both models have, in the order of `a`. A clean condition has
/// no drift.
/// Requires: same samples, trials and halves in both runs.
[[nodiscard]] std::vector<PairedCell> paired_cells(const RunOutcomes& run_a, const ModelOutcomes& a,
                                                   const ModelOutcomes& b);

/// Conditions of `a` that `b` lacks: "crop gamma@3".
[[nodiscard]] std::vector<std::string> missing_conditions(const ModelOutcomes& a,
                                                          const ModelOutcomes& b);

/// Are the embeddings of both on one scale of angles: the same weights and the same card?
[[nodiscard]] bool same_model(const ModelOutcomes& a, const ModelOutcomes& b);

/// Why scores of the two cannot be judged at one threshold; "" where they can.
[[nodiscard]] std::string different_scales(const ModelOutcomes& a, const ModelOutcomes& b);

/// b - a by person. Requires: values.
[[nodiscard]] UnitDifferences unit_differences(const PairedCell& cell, int units);
/// b - a with the interval of the subject bootstrap, for this cell alone. Requires: values.
[[nodiscard]] PairedDifference bootstrap_difference(const PairedCell& cell,
                                                    const SubjectBootstrap& bootstrap);

}  // namespace robench
