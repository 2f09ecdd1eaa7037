// SPDX-License-Identifier: Apache-2.0
// A gate's baseline as a folder that lies in git.
#pragma once

#include <filesystem>
#include <string>

#include "suites/gate_rules.h"
#include "suites/two_runs.h"

namespace robench {

/// The name of the summary beside a baseline's run.json.
inline constexpr const char* kBaselineSummary = "baseline.txt";

/// What a reviewer reads of a new baseline, as a diff: the setting, the models by hash, the vectors by
/// digest, and one line for each value that the rules gate, rounded so that a line changes when a
/// person would call it changed. Pure: the same run and rules give the same bytes.
[[nodiscard]] std::string baseline_summary(const LoadedRun& run, const GateRules& rules);

/// The run.json that a gate's --baseline names, which need not be there yet: the file, or the one in
/// the folder.
[[nodiscard]] std::filesystem::path baseline_file(const std::string& name);

/// Puts the candidate's run.json with its sidecars and the summary in the place of the baseline;
/// sidecars that only the old one had are removed. Throws ConfigError where both are the same file, and
/// EnvironmentError.
void replace_baseline(const std::filesystem::path& baseline, const LoadedRun& candidate,
                      const GateRules& rules);

}  // namespace robench
