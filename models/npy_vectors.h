// SPDX-License-Identifier: Apache-2.0
// Vectors that another program wrote: what is wrong with a file is said in words.
#pragma once

#include <filesystem>

#include "models/embedding_table.h"

namespace robench {

/// Reads a file of NumPy's format (any version) with `rows` vectors of `dim` numbers: 32- or 64-bit
/// floats, little-endian, C order, of rank 2 or with further axes that flatten to `dim`. Numbers that
/// are not finite are left as they are.
/// Throws EnvironmentError with `who` in front: no such file, no NumPy file, another dtype, order, rank
/// or shape, or cut off.
[[nodiscard]] EmbeddingMatrix read_npy_vectors(const std::filesystem::path& file, std::size_t rows,
                                               int dim, const std::string& who);

}  // namespace robench
