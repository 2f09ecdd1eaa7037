// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/run_record.h"

namespace robench {

/// Does a model do better with the measured shape of the face added? One table for each stage, for
/// report.md;
/// "" when the run did not ask.
[[nodiscard]] std::string fusion_section(const RunRecord& run);

}  // namespace robench
