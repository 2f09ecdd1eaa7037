// SPDX-License-Identifier: Apache-2.0
// Do 90 % bands of mated scores hold on people that the calibration has not seen?
#pragma once

#include "tests/confidence/lfw_tables.h"

namespace robench::confidence {

/// Prints a Markdown table: the share of scores within two-sided 90 % bands, mean and range over
/// `splits` random halves of the people, by what the bands were calibrated on.
void print_band_coverage(const LfwTables& lfw, std::size_t model, int splits);

}  // namespace robench::confidence
