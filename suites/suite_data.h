// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "models/yaml_reader.h"
#include "suites/suite.h"

namespace robench {

/// `data: { faces: sample }` and its other forms; nullptr = the sample photographs. Relative paths are
/// relative to `folder`. No file is looked for. Reports faults to `yaml`.
[[nodiscard]] DataSpec read_data(YamlReader& yaml, const YamlNode* data,
                                 const std::filesystem::path& folder);

}  // namespace robench
