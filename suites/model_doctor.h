// SPDX-License-Identifier: Apache-2.0
// Which recipe separates people best, and which field of a card is wrong?
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/roc.h"
#include "metrics/trial.h"
#include "models/embedder.h"
#include "suites/doctor_recipes.h"

namespace robench {

/// Faces and comparisons that the recipes are tried on.
struct DoctorData {
  std::vector<FaceCrop> crops;
  std::vector<Trial> trials;  // reference and probe are rows of `crops`
  std::vector<int> unit;      // resampling unit (subject) of each crop
  int units = 0;
  std::uint64_t seed = 1;
};

/// How a network is loaded for a card. In tests something else than load_embedder.
using LoadModel = std::function<std::unique_ptr<Embedder>(const ModelCard&)>;

/// One recipe on the data. Separation is d' of mated against non-mated scores (roc.h); a network that
/// does not run, or whose scores are all equal, has 0.
struct Tried {
  Recipe recipe;
  std::string does_not_run;  // why; "" = it runs
  double d_prime = 0;
  double auc = 0.5;
  double gain = 0;         // of d', over the recipe it was compared with
  Interval gain_interval;  // paired subject bootstrap, Bonferroni over the recipes of its round
  bool better = false;     // the interval lies above 0 and the gain is worth while
};

struct Diagnosis {
  std::vector<std::string> defects;  // of the network itself, under the card's recipe or, if that is
                                     // wrong, under the best one
  Tried own;                         // the card as it is
  std::vector<std::vector<Tried>> rounds;  // best first; each round starts from the best of the last
  std::vector<Recipe> cure;                // the steps that were taken; empty: nothing is wrong
  Tried cured;                             // after the last step
  std::optional<Tried> flip;               // vector of the mirror added: an offer, not a fault
};

/// Tries other recipes, one step at a time, for as long as one is clearly better. Flip, jitter and
/// normalisation of `card` are left out while recipes of the input are compared. Deterministic; runs on
/// several threads. Requires: mated and non-mated trials of at least SubjectBootstrap::kMinSubjects
/// units.
[[nodiscard]] Diagnosis diagnose(const ModelCard& card, const DoctorData& data, const LoadModel& load);

/// What `robench models doctor` prints.
[[nodiscard]] std::string diagnosis_text(const ModelCard& card, const Diagnosis& diagnosis);

}  // namespace robench
