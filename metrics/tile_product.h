// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include "models/embedding_table.h"

namespace robench {

/// references x probes' products in single precision: out(r, p) = reference r . probe p. On processors
/// with AVX2 and FMA by a kernel of its own, three times as fast as what a build for any x86-64 may use;
/// elsewhere by Eigen. The last bits differ between the two, so whoever decides by them must ask for
/// exact scores near the limit, as CrossComparisons does. Requires: equally many columns.
void tile_product(const Eigen::Ref<const EmbeddingMatrix>& references,
                  const Eigen::Ref<const EmbeddingMatrix>& probes, EmbeddingMatrix& out);

}  // namespace robench
