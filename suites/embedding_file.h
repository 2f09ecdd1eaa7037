// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "models/embedding_table.h"
#include "models/sample.h"

namespace robench {

/// Vectors of a `.npy` file (C order, 32-bit floats, rows x dim). A row that is all zeros, as `robench
/// embed` writes it, was not acquired; one that is not finite is of that status. Throws ConfigError.
[[nodiscard]] EmbeddingTable read_embeddings(const std::filesystem::path& file);

/// Who is who in such a file: a CSV with `id` and `subject`, and if known `session`, one line for each
/// row in their order; further columns are groups. Throws ConfigError: not `rows` lines, no such
/// columns, an id twice.
[[nodiscard]] std::vector<Sample> read_subjects(const std::filesystem::path& file, std::size_t rows);

}  // namespace robench
