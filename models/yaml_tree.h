// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "models/yaml_reader.h"

namespace robench {

/// Something in the text that YAML has and robench does not, at a place.
struct YamlFault {
  int line = 0;  // from 1; 0 = unknown
  int column = 0;
  std::string message;
};

/// The text as a tree, duplicate keys kept. What is refused goes to `faults`; a syntax error ends the
/// tree where it stands. The only place that knows yaml-cpp.
[[nodiscard]] YamlNode parse_yaml_tree(const std::string& text, std::vector<YamlFault>& faults);

}  // namespace robench
