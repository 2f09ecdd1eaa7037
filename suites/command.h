// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace robench {

/// One sub-command of the program. `run` gets the arguments after the command's name and returns the
/// exit code: 0 ok, 1 a gate failed. Errors are exceptions, caught once in main.
struct Command {
  std::string name;
  std::string summary;
  int (*run)(const std::vector<std::string>& arguments);
};

/// All commands, in the order of `robench --help`.
[[nodiscard]] const std::vector<Command>& commands();

}  // namespace robench
