// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "models/yaml_reader.h"
#include "suites/data_set.h"
#include "suites/suite.h"

namespace robench {

/// `groups: [gender, [gender, age_band]]`: columns of the manifest, a list in the list = an
/// intersection. Reports faults to `yaml`.
[[nodiscard]] std::vector<std::vector<std::string>> read_groups(YamlReader& yaml,
                                                                const YamlNode& groups);

/// Throws ConfigError where no sample has one of the suite's group columns.
void require_group_columns(const Suite& suite, const DataSet& data);

}  // namespace robench
