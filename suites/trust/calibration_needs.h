// SPDX-License-Identifier: Apache-2.0
// What a reference set must hold, told from the list of its people before a picture is read.
#pragma once

#include <cstdint>
#include <string>

#include "suites/data_set.h"

namespace robench {

/// People with two photographs or more, below which a picture is compared with its own photograph before
/// it was perturbed, which flatters: one photograph more or less per subject would decide what usable
/// means.
inline constexpr int kLeastPairedSubjects = 20;

/// Throws ConfigError where this data cannot give a threshold at the false match rate `target_fmr`,
/// however its faces turn out: the smaller of both halves of the subjects that `seed` draws has fewer
/// than 1 / target_fmr comparisons. Otherwise what the user should know before it starts, a line for
/// each; "" where nothing. Data that makes a sample of each face found is not judged.
[[nodiscard]] std::string calibration_needs(const DataSet& data, double target_fmr, std::uint64_t seed);

}  // namespace robench
