// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "perturb/image.h"
#include "reports/run_record.h"
#include "suites/experiment.h"
#include "suites/suite.h"

namespace robench {

/// A finished run: its record, and a picture of its conditions on the first face (absent when private
/// or when no face was acquired).
struct RunResult {
  RunRecord record;
  std::optional<Image> contact_sheet;
  std::vector<std::pair<std::string, std::string>> sidecars{};  // name, bytes; see outcome_files.h
};

/// Runs a suite from photographs to numbers: acquire, perturb, embed, measure. What the store holds is
/// not done again. Says on stderr what it does. Throws ConfigError, EnvironmentError, Interrupted.
[[nodiscard]] RunResult run_suite(const Suite& suite, const RunOptions& options, const Store& store);

/// Writes run.json and its sidecars, rows.csv, samples.csv, report.md, report.html, the suite's further
/// reports and the contact sheet. Each file appears whole or not at all. Throws EnvironmentError.
void write_outputs(const RunResult& result, const Suite& suite, const std::filesystem::path& folder);

/// `threads` as given, or the number of cores for 0.
[[nodiscard]] int worker_count(int threads);

}  // namespace robench
