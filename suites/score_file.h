// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "metrics/score_groups.h"

namespace robench {

/// How a file of scores is read.
struct ScoreFileOptions {
  bool lower_is_better = false;        // distances: their sign is turned
  std::string group_column = "group";  // names the group of each comparison
};

struct ScoreFile {
  GroupedScores scores;
  std::vector<std::string> passed_over;  // columns that are not read
  std::int64_t without_group = 0;        // comparisons with an empty cell in the column of groups
};

/// Scores of a CSV file.
///
/// Columns, in any order: `score` (a number), `mated` (1, true, yes, mated or genuine; 0, false, no,
/// non-mated or impostor) and, where known, both of `reference_subject` and `probe_subject`, `fold` (a
/// whole number from 0), the column of groups and `quality` (of the comparison, the smaller of both
/// samples; empty or -1 = not assessed); others are passed over. Lines are read one by one, about 30
/// bytes each are kept. Without subjects each comparison stands for itself.
///
/// Throws ConfigError with every fault found (at most 20), each with its line and column: a missing file
/// or column, a line with a cell too few or too many, a cell that is not what it should be, mated
/// comparisons of two subjects and non-mated ones of one, more than 20 groups.
[[nodiscard]] ScoreFile read_scores(const std::filesystem::path& file,
                                    const ScoreFileOptions& options = {});

}  // namespace robench
