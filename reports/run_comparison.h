// SPDX-License-Identifier: Apache-2.0
// Two runs side by side, as documents: what `robench compare` prints.
#pragma once

#include <string>
#include <vector>

#include "metrics/outcomes.h"
#include "metrics/paired_verdicts.h"
#include "reports/sample_words.h"

namespace robench {

/// One model of the first run and its counterpart in the second.
struct ComparedPair {
  std::string model_a;
  std::string model_b;
  std::vector<PairedCell> cells;
  std::vector<JudgedPair> judged;         // of each cell
  std::vector<std::string> missing_in_b;  // conditions that only the first run has
  std::vector<std::string> missing_in_a;
  DriftScale scale_a{};  // what drift_relative is a share of
  DriftScale scale_b{};
};

struct RunComparison {
  std::string run_a;  // as the user called it
  std::string run_b;
  std::string context{};            // "suite s on lfw, 119 faces, seed 7", of both; "" = not known
  Words units{"person", "people"};  // who is paired
  int people = 0;                   // how many of them
  std::vector<ComparedPair> pairs;
};

/// What keeps two runs from being compared: "seed: 1 in A, 2 in B". Empty = comparable. Versions of
/// perturbations that only one of them has do not matter: those conditions are missing, not different.
/// `ignore_seed`: two seeds draw other noise and other trials, which the caller may accept.
[[nodiscard]] std::vector<std::string> setting_differences(const RunOutcomes& a, const RunOutcomes& b,
                                                           bool ignore_seed = false);

/// Compares the models of the pairs (index in a.models, index in b.models).
[[nodiscard]] RunComparison compare_runs(const RunOutcomes& a, const RunOutcomes& b,
                                         const std::vector<std::pair<std::size_t, std::size_t>>& pairs,
                                         const Margins& margins);

/// Orders that changed: families by FNMR (worst first) for each pair, models by FNMR where there are
/// several. One sentence each.
[[nodiscard]] std::vector<std::string> ranking_changes(const RunComparison& comparison);

/// The formats of `compare --as`.
[[nodiscard]] std::string comparison_text(const RunComparison& comparison);      // for a terminal
[[nodiscard]] std::string comparison_markdown(const RunComparison& comparison);  // for a pull request
[[nodiscard]] std::string comparison_csv(const RunComparison& comparison);       // every row
/// Every row of every comparison, for programs: { format, schema, comparisons: [ { run_a, run_b, units,
/// people, order_changes, pairs: [ { model_a, model_b, only_in_a, only_in_b, rows } ] } ] }; `units`
/// says whether the `people` are people, faces without a name, or probes.
[[nodiscard]] std::string comparisons_json(const std::vector<RunComparison>& comparisons);

}  // namespace robench
