// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace robench {

/// The user pressed Ctrl-C (or sent SIGTERM): what was finished is stored. Exit code 130.
class Interrupted : public std::runtime_error {
 public:
  Interrupted()
      : std::runtime_error(
            "interrupted; what was finished is stored, the same command goes on from there") {}
};

/// Turns SIGINT and SIGTERM into a flag; a second signal ends the program at once.
void catch_interrupts();
[[nodiscard]] bool interrupt_requested();

}  // namespace robench
