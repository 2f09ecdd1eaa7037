// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "models/yaml_reader.h"
#include "suites/suite.h"

namespace robench {

/// The list below `require:`. A gate must be able to fail: its metric must be one that `suite`
/// computes, its model one of `model_names`, and its pattern must match a condition.
/// Faults go to `yaml`. `suite` holds metrics and conditions already.
[[nodiscard]] std::vector<Gate> read_gates(YamlReader& yaml, const YamlNode& require, const Suite& suite,
                                           const std::vector<std::string>& model_names);

}  // namespace robench
