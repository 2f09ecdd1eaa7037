// SPDX-License-Identifier: Apache-2.0
// What `compare` and `gate` share: runs with their outcomes, and which model stands for which.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "metrics/outcomes.h"
#include "metrics/paired_verdicts.h"
#include "reports/run_record.h"

namespace robench {

struct LoadedRun {
  std::string name;  // as typed
  std::filesystem::path file;
  RunRecord record;
  RunOutcomes outcomes;
};

/// A run.json, or the folder that holds one, with its sidecars. Throws ConfigError.
[[nodiscard]] LoadedRun load_run(const std::string& name);

/// Throws ConfigError naming everything that differs between the settings of two runs.
void refuse_different_settings(const LoadedRun& a, const LoadedRun& b, bool ignore_seed);

/// Models of `a` with their counterparts in `b`: those of `chosen` ("A=B"), else those of equal names,
/// else the only ones. Throws ConfigError: an unknown model, no counterpart at all.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> paired_models(
    const RunOutcomes& a, const RunOutcomes& b, const std::vector<std::string>& chosen);

/// Default margins with those of `given` ("fnmr=0.005") in their place. Throws ConfigError.
[[nodiscard]] Margins margins_from(const std::vector<std::string>& given);

}  // namespace robench
