// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "metrics/subject_bootstrap.h"
#include "metrics/trial.h"
#include "models/embedding_table.h"
#include "models/model_card.h"

namespace robench {

/// Where the comparison threshold comes from.
struct ThresholdRule {
  enum class From { data, card, run } from = From::data;
  double fmr = 1e-2;                // target on clean non-mated comparisons; From::data
  std::optional<double> run_value;  // From::run: the other run's threshold of this model
  std::string run_file;             // From::run: as written in the suite
};

/// The frozen threshold of one model, used for every condition. Accept when score >= threshold.
///
/// From::data is cross-fitted: subjects are split (seeded) into two halves; each half is judged at
/// the threshold that the clean cross-subject comparisons of the other half set, so that no
/// threshold judges the data that set it. Comparisons across the halves are not judged.
struct Threshold {
  bool available = false;
  std::string reason;               // why not
  std::array<double, 2> of_half{};  // threshold that judges half 0 and half 1 (equal unless From::data)
  std::vector<std::uint8_t> half;   // half of each subject (all 0 unless From::data)
  /// of_half set anew in each bootstrap replicate; empty unless asked for.
  std::array<std::vector<double>, 2> replicates_of_half{};
  double pooled = 0;               // threshold on all clean comparisons; stored in run.json
  double target_fmr = 0;           // NaN unless From::data
  std::int64_t non_mated = 0;      // comparisons that set it (smaller half)
  double false_accept_budget = 0;  // target_fmr * non_mated; refused below 1, labelled below 30
  std::string note;                // value, source and budget in words, for the note column

  /// The threshold that judges a comparison of two subjects (-1 = unknown); nullopt when it is not
  /// judged: no threshold, or subjects that are not of the same half.
  [[nodiscard]] std::optional<double> judging(int subject_a, int subject_b) const;
};

/// The half of each subject, 0 or 1: subjects are dealt in twos, from the one with most samples on, and
/// a coin of the seed says who of the two goes where. Independent of the model and of what was acquired.
[[nodiscard]] std::vector<std::uint8_t> subject_halves(const EvaluationData& data);

/// The threshold at `target_fmr` (or by card or run), from streamed clean cross-subject comparisons.
[[nodiscard]] Threshold make_threshold(const ThresholdRule& rule, const ModelCard& card,
                                       const EvaluationData& data, const EmbeddingTable& clean);

/// From::data thresholds at several target FMRs, from one pass over the comparisons.
/// t* = the smallest number with FMR(t*) <= target. Memory: 12 bytes x largest target x comparisons.
/// With a bootstrap (over resampling_units(data)) also replicates_of_half, in thrice the memory.
[[nodiscard]] std::vector<Threshold> thresholds_from_data(std::span<const double> target_fmrs,
                                                          Comparison comparison,
                                                          const EvaluationData& data,
                                                          const EmbeddingTable& clean,
                                                          const SubjectBootstrap* bootstrap = nullptr);

}  // namespace robench
