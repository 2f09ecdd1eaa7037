// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "reports/run_record.h"
#include "suites/experiment.h"

namespace robench {

/// The first faces of the run (of different subjects where those are known), clean and under the
/// crop-stage condition of each family that has the largest mean drift in `run`, as small JPEGs. Call it
/// only where the pictures may be shown (keeps_pictures).
[[nodiscard]] std::vector<ExamplePicture> example_pictures(const Experiment& experiment,
                                                           const RunRecord& run);

}  // namespace robench
