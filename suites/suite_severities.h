// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "models/yaml_reader.h"
#include "suites/suite.h"

namespace robench {

/// A model's card as the suite writes it -> its name, or its path beside the suite.
using CardLocation = std::function<std::string(const std::string& written)>;

/// `severity_set`, `imagenet_c_size` and `calibrate` of a suite's root. Faults go to `yaml`.
void read_severities(YamlReader& yaml, const YamlNode& root, const CardLocation& card_location,
                     Suite& suite);

}  // namespace robench
