// SPDX-License-Identifier: Apache-2.0
// The sidecars of run.json that `compare` and `gate` read:
//   outcomes.json   who and what: hashed samples, trials, thresholds, conditions, setting
//   outcomes.npy    32-bit floats, one row for each model, condition and repetition: the score of each
//                   trial, the drift angle in degrees of each sample, the status of each sample
//   vectors-MODEL.npy  32-bit floats, one row for each sample: its clean embedding; only where the run
//                   keeps them (suites/README.md, `keep`)
// NumPy opens the numbers and a text tool the index, as in the store; run.json holds their hashes, so
// that a sidecar of another run is refused. 3,811 faces, 3,000 trials and 60 conditions are 2.6 MB a
// model.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "metrics/outcomes.h"
#include "reports/run_record.h"

namespace robench {

/// Is this the name of a file of vectors?
[[nodiscard]] bool is_vectors_file(const std::string& name);

struct OutcomeFiles {
  std::vector<std::pair<std::string, std::string>> files;  // name, bytes
  nlohmann::json link;                                     // RunRecord::outcomes
};
[[nodiscard]] OutcomeFiles encode_outcomes(const RunOutcomes& outcomes);

/// The outcomes beside `run_file`, whose record is `run`. Throws ConfigError: the run has none (an older
/// robench wrote it), a file is missing, is not the one of this run, or is broken.
[[nodiscard]] RunOutcomes read_outcomes(const std::filesystem::path& run_file, const RunRecord& run);

}  // namespace robench
