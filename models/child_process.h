// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace robench {

/// What a program said and how it ended.
struct ChildResult {
  bool found = true;  // false: no such program in PATH
  int exit_code = 0;  // 128 + signal when a signal ended it
  std::string out;
  std::string err;
};

/// Runs `arguments[0]` (looked up in PATH) with the rest as its arguments, without a shell, in
/// `folder`, and waits for it. Its output goes through files in `folder`, which are left there.
/// `environment` is added to this process's own. Throws EnvironmentError when it cannot be started.
[[nodiscard]] ChildResult run_child(const std::vector<std::string>& arguments,
                                    const std::filesystem::path& folder,
                                    const std::map<std::string, std::string>& environment = {});

}  // namespace robench
