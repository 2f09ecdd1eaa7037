// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reports/run_record.h"

namespace robench::tests {

/// A made-up run with everything that a document can meet: two models, both stages, two families and a
/// chain, physical values, repetitions, failures, refused measures, a failed gate.
[[nodiscard]] RunRecord example_run();

/// The same without mated pairs: FNMR is refused throughout, self non-match rates are there.
[[nodiscard]] RunRecord example_run_without_pairs();

/// The cell of the example that has these names; the pooled one.
[[nodiscard]] CellRecord& cell_of(RunRecord& run, const std::string& model, const std::string& stage,
                                  const std::string& label);
/// Requires: the cell has such a measure.
[[nodiscard]] Measure& measure_of(CellRecord& cell, const std::string& name);

}  // namespace robench::tests
