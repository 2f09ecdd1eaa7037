// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "metrics/run_summary.h"
#include "models/yaml_reader.h"
#include "suites/suite.h"

namespace robench {

/// `summaries:` of a suite. The reference must be one of `model_names` and each perturbation of mCE run
/// at severities 1 to 5. Faults go to `yaml`. `suite` holds its conditions already.
[[nodiscard]] SummaryOptions read_summaries(YamlReader& yaml, const YamlNode& summaries,
                                            const Suite& suite,
                                            const std::vector<std::string>& model_names);

}  // namespace robench
