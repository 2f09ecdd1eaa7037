// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace robench {

/// Loads `librobench_NAME.so`, which lies beside this library, and returns one of its symbols.
/// Heavy libraries (LibTorch 215 ms, imgcodecs 65 ms of start-up) are paid for on first use only,
/// and robench installs without them.
/// Throws EnvironmentError when the module was not built or a library of it is missing.
[[nodiscard]] void* module_symbol(const std::string& module, const std::string& symbol);

}  // namespace robench
