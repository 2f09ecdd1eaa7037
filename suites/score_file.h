// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "metrics/score_measures.h"

namespace robench {

/// Scores of a CSV file by group: "" holds all comparisons, each value of column `group` its own.
///
/// Columns, in any order: `score` (a number), `mated` (1, 0, true or false) and, where known, both of
/// `reference_subject` and `probe_subject`, `fold` (a whole number from 0), `group` and `quality` (of
/// the comparison, the smaller of both samples; empty or -1 = not assessed); others are passed over.
/// Lines are read one by one, about 30 bytes each are kept. Without subjects each comparison stands for
/// itself.
///
/// Throws ConfigError with every fault found (at most 20), each with its line and column: a missing file
/// or column, a cell that is not what it should be, mated comparisons of two subjects and non-mated ones
/// of one.
[[nodiscard]] std::map<std::string, ScoreTable> read_scores(const std::filesystem::path& file,
                                                            bool lower_is_better);

}  // namespace robench
