// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/face.h"
#include "models/sample.h"

namespace robench {

/// One comparison: the probe is perturbed; the reference too where the suite applies the perturbation to
/// both. A sample is never its own probe here.
struct Trial {
  std::uint32_t reference = 0;
  std::uint32_t probe = 0;
  bool mated = false;
  int fold = -1;  // of the data's protocol; -1 = none
};

/// Which comparisons a suite asks for.
struct TrialRequest {
  enum class Kind { listed, all, sample } kind = Kind::listed;
  std::int64_t count = 0;  // Kind::sample: non-mated trials drawn (seeded)
};

/// Which side of a comparison is perturbed. both: reference and probe alike, so that strangers who come
/// to look alike (all blurred, all with glasses) show as false matches.
enum class ApplyTo { probe, both };

/// The data of a run as the metrics see it: rows, who is who, and the trials.
struct EvaluationData {
  std::vector<Sample> samples;
  std::vector<AcquiredFace> faces;  // of the clean photographs, one per sample
  std::vector<int> subject;         // index of the subject, -1 = unknown
  std::vector<int> session;         // index of the session (or photograph)
  int subject_count = 0;
  std::vector<Trial> trials;  // mated and non-mated, as requested
  std::string trials_note;    // "3000 listed pairs in 5 folds", what was left out and why
  int fold_count = 0;         // of listed trials
  std::int64_t same_session_left_out = 0;
  std::int64_t unknown_subject_left_out = 0;
  std::uint64_t seed = 0;
  ApplyTo apply_to = ApplyTo::probe;
  /// Columns of the manifest by which people are grouped; several = their intersection.
  std::vector<std::vector<std::string>> groupings;
  /// Inter-eye distance in px, brightness and sharpness of the faces of the run that gave the threshold;
  /// absent where no other run did.
  std::optional<std::vector<std::array<double, 3>>> threshold_population;
};

/// Fills subject and session indices and the trials.
/// `listed`: the data's own pairs, empty where it has none; Kind::listed then means Kind::all.
/// all: every mated pair, and non-mated pairs drawn (seeded) up to 100,000.
/// Pairs within one session or photograph and pairs with an unknown subject are left out and counted
/// (listed pairs are taken as they are).
[[nodiscard]] EvaluationData make_evaluation_data(std::vector<Sample> samples,
                                                  std::vector<AcquiredFace> faces,
                                                  std::vector<Trial> listed, const TrialRequest& request,
                                                  std::uint64_t seed);

}  // namespace robench
