// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "models/yaml_reader.h"
#include "perturb/condition.h"

namespace robench {

/// A suite that expands to more conditions is a slip, not an experiment.
inline constexpr std::size_t kMaxConditions = 100'000;

/// The list below `perturb:`, expanded: for each stage the clean condition, then the entries as
/// written. Inside of an entry the parameters form a product in which the last one written varies
/// fastest. Names and severities are those of `set`. Faults go to `yaml`; the entries that have one are
/// left out.
[[nodiscard]] std::vector<Condition> read_conditions(YamlReader& yaml, const YamlNode& perturb,
                                                     const std::vector<Stage>& stages, SeveritySet set);

/// The steps of `[low_light@3, motion_blur@2]`, or of one step alone: `NAME@SEVERITY` or
/// `{ NAME: { PARAMETER: VALUE } }`. Faults go to `yaml`; the result is then incomplete.
[[nodiscard]] std::vector<Step> read_steps(YamlReader& yaml, const YamlNode& node, SeveritySet set);

}  // namespace robench
