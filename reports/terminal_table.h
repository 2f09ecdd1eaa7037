// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/run_record.h"

namespace robench {

/// The comparison table of a run for a terminal of `columns` characters: conditions down, models side
/// by side; drift angle with interval, FNMR or self non-match rate, failure to acquire, n; best and
/// worst marked. `colour` adds ANSI colours. Then notes and the three sentences.
[[nodiscard]] std::string terminal_report(const RunRecord& run, int columns, bool colour);

}  // namespace robench
